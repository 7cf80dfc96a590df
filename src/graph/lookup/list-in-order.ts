import type { CheckAnswer, Listed, ListLimitation, ListPosition } from '../../engine/permission-engine.ts';
import type { RelationTuple } from '../../tuple/relation-tuple.ts';
import { MEMBER, NOT_MEMBER, UNDECIDED } from './candidates.ts';
import type { LookupFacts } from './lookup-facts.ts';
import type { OrderedCandidates, TextPlace } from './ordered-candidates.ts';

/** Checks that are made together: enough that what they share is found out once, few enough that little is checked in vain. */
const MIN_BATCH = 20;
const MAX_BATCH = 500;

interface ListInOrder<T> {
  readonly ordered: OrderedCandidates<T>;
  readonly after: TextPlace | undefined;
  readonly questionOf: (value: T) => RelationTuple;
  readonly positionOf: (value: T) => ListPosition;
  readonly facts: Pick<LookupFacts, 'decide' | 'pause'>;
  readonly limit?: number | undefined;
}

/** Of the candidates behind a place, those that a check says yes to, in order. */
export async function listInOrder<T>(list: ListInOrder<T>): Promise<Listed<T>> {
  const { ordered, positionOf, facts, limit = Number.POSITIVE_INFINITY } = list;
  const { candidates } = ordered;
  const inOrder = ordered.behind(list.after);
  const found: T[] = [];
  let limitation: ListLimitation | undefined;
  for (;;) {
    const size = Math.min(MAX_BATCH, Math.max(MIN_BATCH, limit + 1 - found.length));
    const batch = await take(inOrder, size, facts);
    if (batch.length === 0) return { found, next: undefined, limitation };
    const unanswered = await decide(batch, list);
    for (const candidate of batch) {
      const isMember = candidates.memberships[candidate] === MEMBER;
      // One more than is wanted tells that another page follows.
      const last = found.length >= limit ? found.at(-1) : undefined;
      if (isMember && last !== undefined) return { found, next: positionOf(last), limitation };
      if (isMember) found.push(candidates.valueOf(candidate));
      else if (last === undefined) limitation ??= unanswered.get(candidate);
    }
    await facts.pause();
  }
}

/** The next few of the candidates. */
async function take(
  inOrder: Generator<number | undefined, void>,
  size: number,
  facts: Pick<LookupFacts, 'pause'>,
): Promise<number[]> {
  const taken: number[] = [];
  while (taken.length < size) {
    const next = inOrder.next();
    if (next.done === true) break;
    if (next.value !== undefined) taken.push(next.value);
    else {
      const pause = facts.pause();
      if (pause !== undefined) await pause;
    }
  }
  return taken;
}

const NONE: ReadonlyMap<number, ListLimitation> = new Map();

/** Finds out of each whether it is a member, and notes it; answers why some have no answer. */
async function decide<T>(
  batch: readonly number[],
  { ordered: { candidates }, questionOf, facts }: Pick<ListInOrder<T>, 'ordered' | 'questionOf' | 'facts'>,
): Promise<ReadonlyMap<number, ListLimitation>> {
  const { memberships } = candidates;
  const open = batch.filter((candidate) => memberships[candidate] === UNDECIDED);
  if (open.length === 0) return NONE;
  const questions = open.map((candidate) => questionOf(candidates.valueOf(candidate)));
  const answers = await answer(questions, facts);
  const unanswered = new Map<number, ListLimitation>();
  for (const [i, candidate] of open.entries()) {
    const given = answers[i] as CheckAnswer; // one answer each
    if (given.kind === 'member') memberships[candidate] = MEMBER;
    else if (given.kind === 'not-member') memberships[candidate] = NOT_MEMBER;
    else unanswered.set(candidate, limitationOf(given));
  }
  return unanswered;
}

/** What the questions share a ceiling of steps for, they get one each if it is reached. */
async function answer(
  questions: readonly RelationTuple[],
  facts: Pick<LookupFacts, 'decide'>,
): Promise<readonly CheckAnswer[]> {
  const answers = [...(await facts.decide(questions))];
  if (questions.length === 1) return answers;
  for (const [index, given] of answers.entries()) {
    if (given.kind !== 'unknown' || given.limitation !== 'nodes') continue;
    const [alone] = await facts.decide([questions[index] as RelationTuple]); // one answer each
    if (alone !== undefined) answers[index] = alone;
  }
  return answers;
}

function limitationOf(answer: Exclude<CheckAnswer, { readonly kind: 'member' | 'not-member' }>): ListLimitation {
  if (answer.kind === 'unknown') return answer.limitation;
  return answer.error.code === 'invalid_argument' ? 'undeclared-relation' : 'contradiction';
}
