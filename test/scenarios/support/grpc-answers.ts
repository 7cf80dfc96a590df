import { RequestError } from '../../../src/client/request-error.ts';
import type { SthenoClient } from '../../../src/client/stheno-client.ts';
import { formatSubject, formatTuple, parseSubject } from '../../../src/tuple/tuple-text.ts';
import type { CheckOutcome, ExpectedTree, Scenario } from './scenario.ts';
import { toInput } from './scenario-server.ts';

type Tree = NonNullable<Awaited<ReturnType<SthenoClient['expand']>>['tree']>;

/** Asks one check. */
export async function checkOverGrpc(client: SthenoClient, question: string): Promise<CheckOutcome> {
  try {
    const { allowed, limitation } = await client.checkDetails(toInput(question));
    return limitation === undefined ? allowed : 'unknown';
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return error.reason === 'max_depth_exceeded' ? 'unknown' : 'error';
  }
}

/** Asks all checks in one batch. */
export async function checkManyOverGrpc(client: SthenoClient, questions: readonly string[]): Promise<CheckOutcome[]> {
  const results = await client.checkMany(questions.map(toInput));
  return results.map(({ allowed, error, limitation }) => {
    if (limitation !== undefined || error === 'max_depth_exceeded') return 'unknown';
    return error === undefined ? allowed : 'error';
  });
}

export async function expandOverGrpc(client: SthenoClient, set: string): Promise<ExpectedTree> {
  const { tree } = await client.expand(set);
  return tree === undefined ? '' : treeText(tree);
}

/** The tuples of a listing, a few a page. */
export async function listOverGrpc(
  client: SthenoClient,
  { subject, ...query }: Scenario['lists'][number]['query'],
): Promise<string[]> {
  const texts: string[] = [];
  const asked = subject === undefined ? query : { ...query, subject: subjectInput(subject) };
  for await (const tuple of client.listTuples(asked, { pageSize: 3 })) texts.push(formatTuple(tuple));
  return texts;
}

function subjectInput(text: string) {
  const subject = parseSubject(text);
  return subject.kind === 'id' ? { id: subject.id } : subject;
}

function treeText({ kind, subject, children }: Tree): ExpectedTree {
  const text = subject && formatSubject(subject);
  if (kind === 'leaf') return text ?? '';
  return { [[kind, text].filter(Boolean).join(' ')]: children.map(treeText) };
}
