/** A message has at most this much, so that it is well within what clients take. */
const MAX_ITEMS = 1000;
const MAX_CHARACTERS = 256 * 1024;

/** A list cut into messages: at least one, and none empty but that of an empty list. */
export function* streamParts<T>(
  list: readonly T[],
  charactersOf: (item: T) => number,
): Generator<{ readonly items: T[]; readonly isLast: boolean }, void> {
  let start = 0;
  do {
    let end = start;
    for (let characters = 0; end < list.length && end - start < MAX_ITEMS; end++) {
      characters += charactersOf(list[end] as T); // within bounds
      if (characters > MAX_CHARACTERS && end > start) break;
    }
    yield { items: list.slice(start, end), isLast: end === list.length };
    start = end;
  } while (start < list.length);
}
