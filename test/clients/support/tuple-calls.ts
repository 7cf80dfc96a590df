const GROUP = { namespace: 'Group', object: 'grpcurl', relation: 'members' };
const change = (action: string, id: string) => ({ action: `ACTION_${action}`, tuple: { ...GROUP, subject: { id } } });

/** A call of every method of the tuple services but Export, which answers several messages. */
export const TUPLE_CALLS = [
  {
    port: 'write',
    method: 'stheno.v1.TupleService/Write',
    request: {
      changes: [change('INSERT', 'a'), change('DELETE', 'b')],
      preconditions: [{ kind: 'KIND_MUST_NOT_EXIST', query: { ...GROUP, subject: { id: 'b' } } }],
      idempotency_key: 'grpcurl',
      on_existing: 'CONFLICT_FAIL',
    },
    answer: { effective: [0] },
  },
  {
    port: 'write',
    method: 'stheno.v1.TupleService/Import',
    request: { changes: [change('INSERT', 'a'), change('INSERT', 'b'), change('INSERT', 'c'), change('DELETE', 'c')] },
    answer: { inserted: '1', received: '4' },
  },
  {
    port: 'read',
    method: 'stheno.v1.TupleReadService/Count',
    request: { query: { namespace: 'Group', object: 'grpcurl' } },
    answer: { count: '2' },
  },
  {
    port: 'write',
    method: 'stheno.v1.TupleService/Delete',
    request: { query: { namespace: 'Group', object: 'grpcurl' }, limit: 1 },
    answer: { count: '1', more: true },
  },
] as const;
