import type { Exchange } from './openapi-routes.ts';

const uli = { namespace: 'Photo', object: 'beach', relation: 'view', subject_id: 'uli' };
const carla = { namespace: 'Group', object: 'family', relation: 'members', subject_id: 'carla' };
const nowhere = { ...carla, namespace: 'Nothing' };
const set = 'subject_set.namespace=Group&subject_set.object=family&subject_set.relation=members';

/** In their order: a key that is used again, a tuple that exists, a precondition that does not hold. */
export function bulkExchanges(): Exchange[] {
  const isWrong = true;
  const insert = [{ action: 'insert', relation_tuple: carla }];
  const transact = 'POST /admin/relation-tuples/transact';
  const remove = 'POST /admin/relation-tuples/delete';
  const none = { kind: 'must_not_exist', query: { namespace: 'Group', subject_id: 'carla' } };
  return [
    { route: transact, body: { changes: insert, preconditions: [none], idempotency_key: 'k' }, status: 200 },
    { route: transact, body: { changes: insert, on_existing: 'fail' }, status: 409 },
    { route: transact, body: { changes: insert, preconditions: [none] }, status: 422 },
    { route: transact, body: { on_missing: 'explode' }, status: 400, isWrong },
    { route: transact, body: { changes: [{ action: 'insert', relation_tuple: nowhere }] }, status: 404 },
    { route: 'GET /relation-tuples/count', query: `namespace=Album&${set}&latest=true`, status: 200 },
    { route: 'GET /relation-tuples/count', query: 'consistency=none', status: 400 },
    { route: 'GET /relation-tuples/count', query: 'namespace=Nothing', status: 404 },
    { route: 'GET /relation-tuples/export', query: 'namespace=Group', status: 200 },
    { route: 'GET /relation-tuples/export', query: 'snaptoken=foreign', status: 400 },
    { route: 'GET /relation-tuples/export', query: 'namespace=Nothing', status: 404 },
    {
      route: remove,
      body: { query: { namespace: 'Group', subject_id: 'carla' }, limit: 1, dry_run: true },
      status: 200,
    },
    { route: remove, body: { query: { namespace: 'Group', subject_id: 'carla' } }, status: 200 },
    { route: remove, body: { query: {} }, status: 400 },
    { route: remove, body: { query: { namespace: 'Nothing' } }, status: 404 },
    { route: 'POST /admin/relation-tuples/import', body: `${JSON.stringify(uli)}\nPhoto:beach#view@uli`, status: 200 },
    { route: 'POST /admin/relation-tuples/import', body: 'nonsense', status: 400 },
    { route: 'POST /admin/relation-tuples/import', body: 'Nothing:o#r@a', status: 404 },
  ];
}
