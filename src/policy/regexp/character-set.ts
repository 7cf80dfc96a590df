import { caseVariantsOf } from './case-variants.ts';

/** A set that only the runtime's Unicode tables can tell, such as the Greek letters. */
export interface UnicodeProperty {
  /** Matches one character of the property. */
  readonly expression: RegExp;
  readonly isNegated: boolean;
}

/**
 * A set of code points: what its ranges and properties hold, or, negated, everything else.
 * With `ignoreCase` also what differs from a member of the ranges in case only.
 */
export interface CharacterSet {
  /** First and last code point of each range, alternately; in order, without overlaps. */
  readonly ranges: readonly number[];
  readonly properties: readonly UnicodeProperty[];
  readonly ignoreCase: boolean;
  readonly isNegated: boolean;
}

export const LAST_CODE_POINT = 0x10ffff;

export function hasCodePoint(set: CharacterSet, codePoint: number): boolean {
  const { ranges, properties, ignoreCase, isNegated } = set;
  const isMember =
    isInRanges(ranges, codePoint) ||
    (ignoreCase && caseVariantsOf(codePoint).some((variant) => isInRanges(ranges, variant))) ||
    hasProperty(properties, codePoint);
  return isMember !== isNegated;
}

/** The set of the ranges alone, which may be in any order and overlap. */
export function rangeSet(
  ranges: readonly number[],
  { isNegated = false, ignoreCase = false }: { isNegated?: boolean; ignoreCase?: boolean } = {},
): CharacterSet {
  return { ranges: normalizeRanges(ranges), properties: [], ignoreCase, isNegated };
}

/** Brings ranges in order and joins those that touch. */
export function normalizeRanges(ranges: readonly number[]): number[] {
  const pairs: [number, number][] = [];
  for (let at = 0; at < ranges.length; at += 2) pairs.push([ranges[at] ?? 0, ranges[at + 1] ?? 0]);
  pairs.sort((a, b) => a[0] - b[0]);
  const joined: number[] = [];
  for (const [first, last] of pairs) {
    const end = joined.at(-1);
    if (end !== undefined && first <= end + 1) joined[joined.length - 1] = Math.max(end, last);
    else joined.push(first, last);
  }
  return joined;
}

/** The ranges of everything that normalized ranges leave out. */
export function invertRanges(ranges: readonly number[]): number[] {
  const inverted: number[] = [];
  let next = 0;
  for (let at = 0; at < ranges.length; at += 2) {
    const first = ranges[at] ?? 0;
    if (first > next) inverted.push(next, first - 1);
    next = (ranges[at + 1] ?? 0) + 1;
  }
  if (next <= LAST_CODE_POINT) inverted.push(next, LAST_CODE_POINT);
  return inverted;
}

function isInRanges(ranges: readonly number[], codePoint: number): boolean {
  let low = 0;
  let high = ranges.length / 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (codePoint > (ranges[2 * middle + 1] ?? 0)) low = middle + 1;
    else high = middle;
  }
  return 2 * low < ranges.length && codePoint >= (ranges[2 * low] ?? 0);
}

function hasProperty(properties: readonly UnicodeProperty[], codePoint: number): boolean {
  if (properties.length === 0) return false;
  const character = String.fromCodePoint(codePoint);
  return properties.some(({ expression, isNegated }) => expression.test(character) !== isNegated);
}
