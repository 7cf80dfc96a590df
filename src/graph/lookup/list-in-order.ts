import { inKeyOrder } from '../../engine/lookup/in-key-order.ts';
import type { CheckAnswer, Listed, ListLimitation, ListPosition } from '../../engine/permission-engine.ts';
import type { RelationTuple } from '../../tuple/relation-tuple.ts';
import type { Found, LookupFacts } from './lookup-facts.ts';

/** Something that may be in the list. */
export interface Candidate<T> extends Found<T> {
  /** Its place in the list, by the order of strings in JavaScript. */
  readonly key: string;
}

/** Checks that are made together: enough that what they share is found out once, few enough that little is checked in vain. */
const MIN_BATCH = 20;
const MAX_BATCH = 500;

/** Of the candidates, those that a check says yes to, in order. */
export async function listInOrder<T>(parts: {
  readonly candidates: Candidate<T>[];
  readonly questionOf: (value: T) => RelationTuple;
  readonly positionOf: (value: T) => ListPosition;
  readonly facts: Pick<LookupFacts, 'decide' | 'pause'>;
  readonly limit?: number | undefined;
}): Promise<Listed<T>> {
  const { questionOf, positionOf, facts, limit = Number.POSITIVE_INFINITY } = parts;
  const inOrder = inKeyOrder(parts.candidates);
  const found: T[] = [];
  let limitation: ListLimitation | undefined;
  for (;;) {
    const size = Math.min(MAX_BATCH, Math.max(MIN_BATCH, limit + 1 - found.length));
    const batch = await take(inOrder, size, facts);
    if (batch.length === 0) return { found, next: undefined, limitation };
    const open = batch.filter(({ isMember }) => !isMember);
    const answers = (
      await decide(
        open.map(({ value }) => questionOf(value)),
        facts,
      )
    ).values();
    for (const { value, isMember } of batch) {
      const answer = isMember ? MEMBER : (answers.next().value as CheckAnswer); // one answer each, in order
      if (answer.kind === 'not-member') continue;
      // One more than is wanted tells that another page follows.
      const last = found.length >= limit ? found.at(-1) : undefined;
      if (answer.kind === 'member') {
        if (last !== undefined) return { found, next: positionOf(last), limitation };
        found.push(value);
      } else if (last === undefined) {
        limitation ??= limitationOf(answer);
      }
    }
    await facts.pause();
  }
}

const MEMBER: CheckAnswer = { kind: 'member' };

/** The next few of the candidates. */
async function take<T>(
  inOrder: Generator<Candidate<T> | undefined, void>,
  size: number,
  facts: Pick<LookupFacts, 'pause'>,
): Promise<Candidate<T>[]> {
  const taken: Candidate<T>[] = [];
  while (taken.length < size) {
    const next = inOrder.next();
    if (next.done === true) break;
    if (next.value === undefined) await facts.pause();
    else taken.push(next.value);
  }
  return taken;
}

/** What the questions share a ceiling of steps for, they get one each if it is reached. */
async function decide(
  questions: readonly RelationTuple[],
  facts: Pick<LookupFacts, 'decide'>,
): Promise<readonly CheckAnswer[]> {
  if (questions.length === 0) return [];
  const answers = [...(await facts.decide(questions))];
  if (questions.length === 1) return answers;
  for (const [index, answer] of answers.entries()) {
    if (answer.kind !== 'unknown' || answer.limitation !== 'nodes') continue;
    const [alone] = await facts.decide([questions[index] as RelationTuple]); // one answer each
    if (alone !== undefined) answers[index] = alone;
  }
  return answers;
}

function limitationOf(answer: Exclude<CheckAnswer, { readonly kind: 'member' | 'not-member' }>): ListLimitation {
  if (answer.kind === 'unknown') return answer.limitation;
  return answer.error.code === 'invalid_argument' ? 'undeclared-relation' : 'contradiction';
}
