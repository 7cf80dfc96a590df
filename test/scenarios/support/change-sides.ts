import { setImmediate } from 'node:timers/promises';
import type { Persister } from '../../../src/persistence/persister.ts';
import type { TupleDelta } from '../../../src/tuple/relation-tuple.ts';
import { parseTuple } from '../../../src/tuple/tuple-text.ts';

/** Moves a person from one group to the other and back, an even number of times, each time in one transaction. */
export async function changeSides(
  persister: Pick<Persister, 'writeTuples'>,
  { person, groups, rounds }: { person: string; groups: readonly [string, string]; rounds: number },
): Promise<void> {
  const [near, far] = groups;
  for (let round = 0; round < rounds; round++) {
    await persister.writeTuples([delta('insert', far, person), delta('delete', near, person)]);
    await setImmediate();
    await persister.writeTuples([delta('insert', near, person), delta('delete', far, person)]);
    await setImmediate();
  }
}

function delta(action: TupleDelta['action'], group: string, person: string): TupleDelta {
  return { action, tuple: parseTuple(`Group:${group}#members@${person}`) };
}
