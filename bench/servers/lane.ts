import { create } from '@bufbuild/protobuf';
import { Health, HealthCheckResponse_ServingStatus, HealthCheckResponseSchema } from '#gen/grpc/health/v1/health_pb.js';
import { CheckService } from '#gen/ory/keto/relation_tuples/v1alpha2/check_service_pb.js';
import type { PermissionEngine } from '../../src/engine/permission-engine.ts';
import { built } from '../built.ts';

// Stheno's listener, telemetry and check service over an engine that always says "member": what the way to the engine costs.
const { Listener } = (await built('server/listener.js')) as typeof import('../../src/server/listener.ts');
const { CheckService: Checks } = (await built(
  'service/check-service.js',
)) as typeof import('../../src/service/check-service.ts');
const { Snaptokens } = (await built('service/snaptokens.js')) as typeof import('../../src/service/snaptokens.ts');
const { implement } = (await built('service/rpc-service.js')) as typeof import('../../src/service/rpc-service.ts');
const { createRestHandler } = (await built(
  'server/rest/rest-handler.js',
)) as typeof import('../../src/server/rest/rest-handler.ts');
const { serve } = (await built('server/rest/route.js')) as typeof import('../../src/server/rest/route.ts');
const { checkAnswer, checkFromBody, denyUnknownNamespaces } = (await built(
  'server/rest/check-routes.js',
)) as typeof import('../../src/server/rest/check-routes.ts');
const { Metrics } = (await built('observability/metrics.js')) as typeof import('../../src/observability/metrics.ts');
const { requestTelemetry } = (await built(
  'server/request-telemetry.js',
)) as typeof import('../../src/server/request-telemetry.ts');
const { Model } = (await built('namespace/model.js')) as typeof import('../../src/namespace/model.ts');

const settings = {
  strict: false,
  expandRewrites: false,
  maxReadDepth: 25,
  maxBatchCheckSize: 1000,
  maxExpandSize: 4000,
};
const model = new Model('inline', [{ name: 'files', relations: [] }]);
const engine: PermissionEngine = {
  check: async (questions) => ({ revision: 1, answers: questions.map(() => ({ kind: 'member' })) }),
  expand: async () => ({ revision: 1, tree: undefined }),
  explain: () => Promise.reject(new Error('not asked here')),
  listObjects: () => Promise.reject(new Error('not asked here')),
  listSubjects: () => Promise.reject(new Error('not asked here')),
};
const checks = new Checks({
  engine,
  models: { answer: (ask) => ask(model) },
  snaptokens: new Snaptokens({ networkId: Buffer.alloc(16) }),
  settings: () => settings,
});

const listener = await Listener.listen({
  name: 'read',
  host: '127.0.0.1',
  observer: requestTelemetry({ metrics: new Metrics() }),
  services: [
    implement(CheckService, {
      check: (request, call) => checks.check(request, call),
      batchCheck: (request, call) => checks.batchCheck(request, call),
    }),
    implement(Health, {
      check: () => create(HealthCheckResponseSchema, { status: HealthCheckResponse_ServingStatus.SERVING }),
      // Not asked here: only `check` is measured.
      list: () => create(Health.method.list.output),
      async *watch() {},
    }),
  ],
  fallback: createRestHandler({
    routes: [
      {
        method: 'POST',
        path: '/relation-tuples/check/openapi',
        handle: serve(checkFromBody, denyUnknownNamespaces(checks, { current: () => model }), checkAnswer),
      },
    ],
    limits: { maxBodyBytes: 4 * 2 ** 20 },
  }),
});
process.send?.({ port: listener.port });
process.on('disconnect', () => process.exit());
