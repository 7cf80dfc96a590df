import assert from 'node:assert/strict';
import { runHttpStep } from './http-step.ts';
import { fillIn } from './placeholders.ts';
import type { ReplayServer } from './replay-server.ts';

const TUPLE = /^([^:#@()]*):([^:#@()]*)#([^:#@()]*)@(.*)$/;
const SUBJECT_SET = /^\(?([^:#@()]*):([^:#@()]*)#([^:#@()]*)\)?$/;

/** Makes the tuples all that is stored, through the API: what a server remembers besides tuples stays. */
export async function prepareStore(server: ReplayServer, tuples: readonly (string | object)[]): Promise<void> {
  const write = server.port('write');
  const listed = await runHttpStep(write, { kind: 'http', port: 'write', method: 'GET', path: '/namespaces' });
  const { namespaces = [] } = listed.json as { namespaces?: { name?: string }[] };
  for (const { name = '' } of namespaces) {
    const path = `/admin/relation-tuples?namespace=${encodeURIComponent(name)}`;
    const { status } = await runHttpStep(write, { kind: 'http', port: 'write', method: 'DELETE', path });
    assert.equal(status, 204);
  }
  if (tuples.length === 0) return;
  const json = fillIn(tuples, new Map()).map((tuple) => ({ action: 'insert', relation_tuple: tupleOf(tuple) }));
  const path = '/admin/relation-tuples';
  const { status, text } = await runHttpStep(write, { kind: 'http', port: 'write', method: 'PATCH', path, json });
  assert.equal(status, 204, `cannot prepare the store: ${text}`);
}

/** `namespace:object#relation@subject`, a subject set in parentheses or not. */
function tupleOf(tuple: string | object): object {
  if (typeof tuple !== 'string') return tuple;
  const [, namespace, object, relation, subject = ''] = TUPLE.exec(tuple) ?? [];
  assert.notEqual(namespace, undefined, `bad tuple ${tuple}`);
  const set = SUBJECT_SET.exec(subject);
  if (set === null) return { namespace, object, relation, subject_id: subject };
  return { namespace, object, relation, subject_set: { namespace: set[1], object: set[2], relation: set[3] } };
}
