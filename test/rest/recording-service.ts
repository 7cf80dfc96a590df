import { create } from '@bufbuild/protobuf';
import { GetVersionResponseSchema } from '#gen/ory/keto/relation_tuples/v1alpha2/version_pb.js';
import { Model } from '../../src/namespace/model.ts';
import { endpointOf } from '../../src/server/rest/request-endpoint.ts';
import { createRestHandler } from '../../src/server/rest/rest-handler.ts';
import { commonRoutes, oplRoutes, readRoutes, writeRoutes } from '../../src/server/rest/routes.ts';
import { PageTokens } from '../../src/service/page-tokens.ts';
import type { Call } from '../../src/service/rpc-service.ts';
import { type RestServer, startRestServer } from './rest-server.ts';

/** Small, so that a body that is too large is quickly made. */
export const MAX_BODY_BYTES = 200_000;

/** Stands in for the services behind all routes: keeps the message it was given and answers what a test says. */
export class RecordingService {
  message: unknown;
  problems: string[] = [];
  origin: 'inline' | 'legacy-files' = 'inline';
  readonly faults: object[] = [];
  readonly endpoints: (string | undefined)[] = [];
  #reply: (call: Call) => unknown = () => undefined;

  reply(reply: (call: Call) => unknown): void {
    this.message = undefined;
    this.#reply = reply;
  }

  answer(message: unknown): void {
    this.reply(() => message);
  }

  fail(error: unknown): void {
    this.reply(() => {
      throw error;
    });
  }

  /** The message the service was given, as plain data. */
  get asked(): Record<string, unknown> {
    return JSON.parse(JSON.stringify(this.message, (key, value) => (key === '$typeName' ? undefined : value)));
  }

  readonly handle = async (message: unknown, call?: Call): Promise<never> => {
    this.message = message;
    return (await this.#reply(call as Call)) as never; // each test answers with the message its route expects
  };
}

/** All routes on one port, with the recorder behind them and one namespace, `videos`. */
export function startRecordedServer(service: RecordingService): Promise<RestServer> {
  const { handle } = service;
  const namespaces = {
    current: () => new Model(service.origin, [{ name: 'videos', relations: [] }]),
    problem: () => undefined,
    [Symbol.asyncDispose]: async () => {},
  };
  const handler = createRestHandler({
    routes: [
      ...readRoutes({
        check: { check: handle, batchCheck: handle },
        expand: { expand: handle },
        read: { listRelationTuples: handle },
        namespaceList: { listNamespaces: handle },
        namespaces,
        pageTokens: new PageTokens({ secrets: () => [] }),
      }),
      ...writeRoutes({ write: { transactRelationTuples: handle, deleteRelationTuples: handle } }),
      ...oplRoutes({ syntax: { check: handle } }),
      ...commonRoutes({
        version: { getVersion: async () => create(GetVersionResponseSchema, { version: 'v1.2.3' }) },
        readiness: { problems: async () => service.problems },
        metrics: { contentType: 'text/plain; version=0.0.4', render: async () => 'up 1\n' },
      }),
    ],
    limits: { maxBodyBytes: MAX_BODY_BYTES },
    logger: { error: (details) => service.faults.push(details), debug: () => {} },
  });
  return startRestServer((request, response) => {
    response.once('finish', () => service.endpoints.push(endpointOf(request)));
    handler(request, response);
  });
}
