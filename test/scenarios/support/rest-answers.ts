import assert from 'node:assert/strict';
import { formatSubjectSet, parseSubjectSet, parseTuple } from '../../../src/tuple/tuple-text.ts';
import type { CheckOutcome, ExpectedTree } from './scenario.ts';

/** Asks one check in the query of a URL. */
export async function checkOverRest(url: string, question: string): Promise<CheckOutcome> {
  const { subject, ...set } = parseTuple(question);
  const query = new URLSearchParams({ ...set });
  if (subject.kind === 'id') query.set('subject_id', subject.id);
  else for (const part of ['namespace', 'object', 'relation'] as const) query.set(`subject_set.${part}`, subject[part]);
  const response = await fetch(`${url}/relation-tuples/check/openapi?${query}`);
  const body = (await response.json()) as { allowed?: boolean; error?: { reason?: string } };
  if (!response.ok) return body.error?.reason === 'max_depth_exceeded' ? 'unknown' : 'error';
  return response.headers.get('stheno-limitation') === null ? body.allowed === true : 'unknown';
}

/** Asks all checks in one body; outside strict mode the answers are named in a header that ran out of depth. */
export async function checkManyOverRest(url: string, questions: readonly string[]): Promise<CheckOutcome[]> {
  const tuples = questions.map((question) => {
    const { subject, ...set } = parseTuple(question);
    if (subject.kind === 'id') return { ...set, subject_id: subject.id };
    const { namespace, object, relation } = subject;
    return { ...set, subject_set: { namespace, object, relation } };
  });
  const response = await fetch(`${url}/relation-tuples/batch/check`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ tuples }),
  });
  assert.equal(response.status, 200);
  const limited = new Set(response.headers.get('stheno-limitation')?.match(/\d+(?==)/g) ?? []);
  const { results } = (await response.json()) as { results: { allowed: boolean; error?: string }[] };
  return results.map(({ allowed, error }, index) => {
    if (limited.has(String(index)) || error === 'max_depth_exceeded') return 'unknown';
    return error === undefined || error === '' ? allowed : 'error';
  });
}

interface RestTree {
  readonly type: string;
  readonly children?: readonly RestTree[];
  readonly tuple: {
    readonly subject_id?: string;
    readonly subject_set?: { readonly namespace: string; readonly object: string; readonly relation: string };
  };
}

/** Expands a set in the query of a URL. */
export async function expandOverRest(url: string, set: string): Promise<ExpectedTree> {
  const query = new URLSearchParams({ ...parseSubjectSet(set) });
  const response = await fetch(`${url}/relation-tuples/expand?${query}`);
  assert.equal(response.status, 200);
  return treeText((await response.json()) as RestTree);
}

function treeText({ type, children = [], tuple }: RestTree): ExpectedTree {
  const subject = tuple.subject_set === undefined ? tuple.subject_id : formatSubjectSet(tuple.subject_set);
  if (type === 'leaf') return subject ?? '';
  return { [[type, subject].filter(Boolean).join(' ')]: children.map(treeText) };
}
