/** The last code point that may have a letter with cases; the planes after the second have none. */
const LAST_CASED = 0x1ffff;

let variantsByCodePoint: ReadonlyMap<number, readonly number[]> | undefined;

/**
 * The code points that differ from this one in case only: the simple case folding of Unicode,
 * by which `k` meets the Kelvin sign, and `i` no dotless letter.
 */
export function caseVariantsOf(codePoint: number): readonly number[] {
  variantsByCodePoint ??= findCaseVariants();
  return variantsByCodePoint.get(codePoint) ?? [];
}

/**
 * The runtime has no table of simple foldings to read, but its expressions with the flags
 * `iu` compare by it, and every folding can be reached through upper or lower case.
 */
function findCaseVariants(): Map<number, readonly number[]> {
  const classes = new Map<number, Set<number>>();
  for (let codePoint = 0; codePoint <= LAST_CASED; codePoint++) {
    if (codePoint >= 0xd800 && codePoint <= 0xdfff) continue;
    const character = String.fromCodePoint(codePoint);
    const lower = character.toLowerCase();
    const upper = character.toUpperCase();
    if (lower === character && upper === character) continue;
    for (const other of [lower, upper]) if (areVariants(character, other)) join(classes, codePoint, other);
  }
  return new Map(
    [...classes].map(([codePoint, variants]) => [codePoint, [...variants].filter((other) => other !== codePoint)]),
  );
}

function areVariants(a: string, b: string): boolean {
  if (a === b || [...b].length !== 1) return false;
  return new RegExp(`^\\u{${(a.codePointAt(0) ?? 0).toString(16)}}$`, 'iu').test(b);
}

function join(classes: Map<number, Set<number>>, codePoint: number, character: string): void {
  const other = character.codePointAt(0) ?? 0;
  const joined = new Set([codePoint, other, ...(classes.get(codePoint) ?? []), ...(classes.get(other) ?? [])]);
  for (const member of joined) classes.set(member, joined);
}
