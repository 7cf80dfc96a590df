import { setImmediate } from 'node:timers/promises';
import type { Persister } from '../../../src/persistence/persister.ts';
import type { TupleDelta } from '../../../src/tuple/relation-tuple.ts';
import { parseTuple } from '../../../src/tuple/tuple-text.ts';

/** A watcher that has not seen a change by then sees none. */
const MAX_ROUNDS = 2000;

/**
 * Moves a person from one group to the other and back, each time in one transaction: for as many rounds, and then until
 * it is enough.
 */
export async function changeSides(
  persister: Pick<Persister, 'writeTuples'>,
  {
    person,
    groups,
    rounds,
    isEnough = () => true,
  }: { person: string; groups: readonly [string, string]; rounds: number; isEnough?: () => boolean },
): Promise<void> {
  const [near, far] = groups;
  for (let round = 0; round < rounds || (!isEnough() && round < MAX_ROUNDS); round++) {
    await persister.writeTuples([delta('insert', far, person), delta('delete', near, person)]);
    await setImmediate();
    await persister.writeTuples([delta('insert', near, person), delta('delete', far, person)]);
    await setImmediate();
  }
}

function delta(action: TupleDelta['action'], group: string, person: string): TupleDelta {
  return { action, tuple: parseTuple(`Group:${group}#members@${person}`) };
}
