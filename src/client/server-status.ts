import { Health, HealthCheckResponse_ServingStatus as ServingStatus } from '#gen/grpc/health/v1/health_pb.js';
import { NamespacesService } from '#gen/ory/keto/relation_tuples/v1alpha2/namespaces_service_pb.js';
import { VersionService } from '#gen/ory/keto/relation_tuples/v1alpha2/version_pb.js';
import type { Caller } from './caller.ts';
import type { CallOptions, Port } from './client-options.ts';

/** What may be said of a question about the server itself. */
export interface StatusOptions extends CallOptions {
  /** Which listener to ask. Default `read`. */
  readonly port?: Port | undefined;
}

/** Whether a listener answers requests: not when the database cannot be reached or the last model was refused. */
export type HealthStatus = 'serving' | 'not-serving' | 'unknown';

/** @throws {RequestError} */
export async function readHealth(caller: Caller, options: StatusOptions): Promise<HealthStatus> {
  const { port = 'read' } = options;
  const { message } = await caller.call(Health.method.check, { port, message: {}, options });
  if (message.status === ServingStatus.SERVING) return 'serving';
  return message.status === ServingStatus.NOT_SERVING ? 'not-serving' : 'unknown';
}

/** @throws {RequestError} */
export async function readVersion(caller: Caller, options: StatusOptions): Promise<string> {
  const { port = 'read' } = options;
  const { message } = await caller.call(VersionService.method.getVersion, { port, message: {}, options });
  return message.version;
}

/** @throws {RequestError} */
export async function listNamespaces(caller: Caller, options: CallOptions): Promise<string[]> {
  const { message } = await caller.call(NamespacesService.method.listNamespaces, {
    port: 'read',
    message: {},
    options,
  });
  return message.namespaces.map(({ name }) => name);
}
