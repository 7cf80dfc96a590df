const READ = 'read write';
const EVERYWHERE = 'read write opl';

/** Every route, and the listeners that serve it. */
export const ROUTES = {
  'GET /relation-tuples': READ,
  'GET /relation-tuples/check': READ,
  'POST /relation-tuples/check': READ,
  'GET /relation-tuples/check/openapi': READ,
  'POST /relation-tuples/check/openapi': READ,
  'POST /relation-tuples/batch/check': READ,
  'GET /relation-tuples/expand': READ,
  'GET /relation-tuples/count': READ,
  'GET /relation-tuples/export': READ,
  'GET /relation-tuples/list-objects': READ,
  'GET /relation-tuples/list-subjects': READ,
  'GET /relation-tuples/list-permissions': READ,
  'GET /relation-tuples/watch': READ,
  'GET /relation-tuples/explain': READ,
  'GET /namespaces': READ,
  'GET /models': READ,
  'GET /models/diff': READ,
  'GET /models/{id}': READ,
  'POST /models/validate': READ,
  'GET /health/alive': EVERYWHERE,
  'GET /health/ready': EVERYWHERE,
  'GET /version': EVERYWHERE,
  'GET /metrics/prometheus': `${EVERYWHERE} metrics`,
  'GET /openapi.json': EVERYWHERE,
  'PUT /admin/models': 'write',
  'PUT /admin/relation-tuples': 'write',
  'PATCH /admin/relation-tuples': 'write',
  'DELETE /admin/relation-tuples': 'write',
  'POST /admin/relation-tuples/transact': 'write',
  'POST /admin/relation-tuples/delete': 'write',
  'POST /admin/relation-tuples/import': 'write',
  'POST /opl/syntax/check': 'opl',
  'POST /engines/acp/ory/{flavor}/allowed': READ,
  'POST /engines/acp/ory/{flavor}/allowed/batch': READ,
  'POST /engines/acp/ory/{flavor}/allowed/explain': READ,
  'GET /engines/acp/ory/{flavor}/policies': READ,
  'GET /engines/acp/ory/{flavor}/policies/{id}': READ,
  'GET /engines/acp/ory/{flavor}/roles': READ,
  'GET /engines/acp/ory/{flavor}/roles/{id}': READ,
  'PUT /engines/acp/ory/{flavor}/policies': 'write',
  'DELETE /engines/acp/ory/{flavor}/policies/{id}': 'write',
  'PUT /engines/acp/ory/{flavor}/roles': 'write',
  'DELETE /engines/acp/ory/{flavor}/roles/{id}': 'write',
  'PUT /engines/acp/ory/{flavor}/roles/{id}/members': 'write',
  'DELETE /engines/acp/ory/{flavor}/roles/{id}/members/{member}': 'write',
};

/** A request, and the status that it is answered with. */
export interface Exchange {
  readonly route: keyof typeof ROUTES;
  /** The values of the open segments of the path. */
  readonly segments?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly body?: unknown;
  readonly status: number;
  /** The request does not do what the document says, on purpose. */
  readonly isWrong?: true;
}
