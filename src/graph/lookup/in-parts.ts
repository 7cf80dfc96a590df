import type { Found } from './lookup-facts.ts';

/** Names that are read at once: well below a millisecond. */
const NAMES = 500;

/** What a search has found, some hundreds at a time. */
export async function* inParts<T>(
  { found, areMembers }: { readonly found: readonly number[]; readonly areMembers: readonly boolean[] },
  itemOf: (number: number) => T,
): AsyncGenerator<Found<T>[], void> {
  for (let at = 0; at < found.length; at += NAMES) {
    yield found
      .slice(at, at + NAMES)
      .map((number, i) => ({ value: itemOf(number), isMember: areMembers[at + i] === true }));
  }
}
