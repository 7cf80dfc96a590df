import type { PagePosition } from '../tuple-reader.ts';

/** Whether a row stands before (below 0) or behind (above 0) another one in the order of listings: by the bytes of UTF-8. */
export function compareStored(a: PagePosition, b: PagePosition): number {
  for (const [index, part] of a.entries()) {
    const order = compareText(part, b[index] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  // UTF-16 and UTF-8 have the same order but for surrogates.
  if (SURROGATE.test(a) || SURROGATE.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : 1;
}

const SURROGATE = /[\ud800-\udfff]/;
