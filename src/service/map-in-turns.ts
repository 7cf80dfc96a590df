import { setImmediate } from 'node:timers/promises';

/** How many elements are mapped before others get their turn: a millisecond or two of work. */
const ELEMENTS_PER_TURN = 500;

/** Like `map` of an array that may be long: other requests get their turn in between. */
export async function mapInTurns<From, To>(
  all: readonly From[],
  map: (element: From, index: number) => To,
): Promise<To[]> {
  const mapped: To[] = [];
  for (const [index, element] of all.entries()) {
    if (index > 0 && index % ELEMENTS_PER_TURN === 0) await setImmediate();
    mapped.push(map(element, index));
  }
  return mapped;
}
