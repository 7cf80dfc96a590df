/** Comparisons between two pauses: well below a millisecond. */
const SLICE_COMPARISONS = 10_000;

/**
 * The items in the order of their keys, compared as JavaScript does, each as soon as it is known to be the next: the
 * first few of many cost little more than looking at all (Paredes and Navarro, incremental quicksort, 2006).
 * Sorts the array in place. Yields undefined now and then, so that whoever runs it can let others run.
 */
export function* inKeyOrder<T extends { readonly key: string }>(items: T[]): Generator<T | undefined, void> {
  // Places that hold what they will hold in the end, the nearest on top.
  const settled = [items.length];
  let comparisons = 0;
  for (let at = 0; at < items.length; ) {
    const end = settled.at(-1) as number; // what lies behind `at` is never taken away
    if (end === at) {
      settled.pop();
      yield items[at++];
      continue;
    }
    // Any place, so that no order of the items is a slow one.
    swap(items, at + Math.floor(Math.random() * (end - at)), end - 1);
    const { key } = items[end - 1] as T; // within bounds, like all below
    let low = at;
    let high = end - 1;
    while (low < high) {
      if ((items[low] as T).key < key) low++;
      else swap(items, low, --high);
      if (++comparisons < SLICE_COMPARISONS) continue;
      comparisons = 0;
      yield undefined;
    }
    swap(items, low, end - 1);
    settled.push(low);
  }
}

function swap<T>(items: T[], a: number, b: number): void {
  const item = items[a] as T;
  items[a] = items[b] as T;
  items[b] = item;
}
