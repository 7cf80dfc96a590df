import { setImmediate } from 'node:timers/promises';
import type { Cancellation } from '../engine/cancellation.ts';
import type { Explanation } from '../engine/explanation.ts';
import type { CheckAnswer, ExplainOptions, ExplainResult } from '../engine/permission-engine.ts';
import type { TupleReader } from '../persistence/tuple-reader.ts';
import type { RelationTuple } from '../tuple/relation-tuple.ts';
import { throwIfGivenUp } from './cancellation.ts';
import type { EvaluationPool } from './evaluation-pool.ts';
import { LeveledCheck } from './leveled-check.ts';

/** After this much work other requests get their turn. */
const MAX_TURN_MS = 5;

/**
 * Checks a question against one state of the store and explains the answer. `maxSteps` bounds
 * the explanation, `maxCheckSteps` the check.
 */
export async function explainCheck(
  question: RelationTuple,
  options: ExplainOptions & {
    readonly reader: Pick<TupleReader, 'readRevision' | 'readFacts'>;
    readonly maxCheckSteps: number;
    readonly pool: EvaluationPool;
  },
): Promise<ExplainResult> {
  const { reader, cancellation, pool } = options;
  const signal = cancellation?.signal;
  const check = new LeveledCheck({ questions: [question], options, maxSteps: options.maxCheckSteps, pool });
  const revision = await reader.readRevision({ signal });
  for (let next = check.advance(); next !== 'answered'; next = check.advance()) {
    if (next === 'paused') await setImmediate();
    else for (const part of next.parts()) await part.apply(await reader.readFacts(part.frontier, { signal }));
    throwIfGivenUp(cancellation);
  }
  const explanation = await inTurns(check.explain(question.subject, options.maxSteps), cancellation);
  const answer = check.answers()[0] as CheckAnswer; // one answer a question
  check.release();
  return { revision, answer, explanation };
}

/** Runs to the end, and lets others run in between. */
async function inTurns(
  explaining: Generator<number, Explanation>,
  cancellation: Cancellation | undefined,
): Promise<Explanation> {
  let turnEndsMs = performance.now() + MAX_TURN_MS;
  for (;;) {
    const { done, value } = explaining.next();
    if (done === true) return value;
    if (performance.now() < turnEndsMs) continue;
    await setImmediate();
    throwIfGivenUp(cancellation);
    turnEndsMs = performance.now() + MAX_TURN_MS;
  }
}
