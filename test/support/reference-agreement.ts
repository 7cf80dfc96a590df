import type { CheckAnswer, PermissionEngine } from '../../src/engine/permission-engine.ts';
import type { RelationTuple } from '../../src/tuple/relation-tuple.ts';
import { formatTuple } from '../../src/tuple/tuple-text.ts';
import type { RandomWorld } from './random-world.ts';
import { type ReferenceAnswer, referenceCheck } from './reference-evaluator.ts';

/** Deeper than any path without a repetition in a random world. */
const UNLIMITED_DEPTH = 65_535;

/**
 * Asks the engine all questions of a world in one batch and the reference one by one.
 * @returns what they disagree on, in words; undefined when they agree
 */
export async function disagreement(
  world: RandomWorld,
  engine: Pick<PermissionEngine, 'check'>,
): Promise<string | undefined> {
  const { model, strict, questions, tuples } = world;
  const { answers } = await engine.check(questions, { model, strict, maxDepth: UNLIMITED_DEPTH });
  const mismatches = questions.flatMap((question, index) => {
    const expected = referenceCheck(model, tuples, question, strict);
    const answer = answers[index];
    return isSame(answer, expected) ? [] : [`${formatTuple(question)}: engine ${show(answer)}, reference ${expected}`];
  });
  return mismatches.length === 0 ? undefined : [...mismatches, describeWorld(world)].join('\n');
}

function isSame(answer: CheckAnswer | undefined, expected: ReferenceAnswer): boolean {
  if (answer?.kind !== 'error') return answer?.kind === expected;
  const code = answer.error.code;
  if (expected === 'error-or-paradox') return code === 'invalid_argument' || code === 'failed_precondition';
  return expected === (code === 'invalid_argument' ? 'error' : 'paradox');
}

function show(answer: CheckAnswer | undefined): string {
  if (answer?.kind === 'error') return `error ${answer.error.code} ${answer.error.reason}`;
  return answer?.kind === 'unknown' ? `unknown ${answer.limitation}` : String(answer?.kind);
}

function describeWorld({
  namespaces,
  tuples,
  strict,
}: {
  namespaces: unknown;
  tuples: readonly RelationTuple[];
  strict: boolean;
}): string {
  return [strict ? 'strict' : 'not strict', JSON.stringify(namespaces), ...tuples.map(formatTuple)].join('\n');
}
