import { setImmediate } from 'node:timers/promises';

/** After this much work others get their turn. */
const MAX_TURN_MS = 2;
/** How many elements are mapped between two looks at the clock: a tenth of a millisecond of work. */
const ELEMENTS_PER_LOOK = 64;

/** Like `map` of an array that may be long: other requests get their turn in between. */
export async function mapInTurns<From, To>(
  all: readonly From[],
  map: (element: From, index: number) => To,
): Promise<To[]> {
  const mapped: To[] = [];
  let turnEndsMs = performance.now() + MAX_TURN_MS;
  for (const [index, element] of all.entries()) {
    if (index % ELEMENTS_PER_LOOK === ELEMENTS_PER_LOOK - 1 && performance.now() > turnEndsMs) {
      await setImmediate();
      turnEndsMs = performance.now() + MAX_TURN_MS;
    }
    mapped.push(map(element, index));
  }
  return mapped;
}
