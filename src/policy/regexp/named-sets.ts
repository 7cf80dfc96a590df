import { type CharacterSet, rangeSet, type UnicodeProperty } from './character-set.ts';

const DIGITS: readonly number[] = [0x30, 0x39];
const UPPER: readonly number[] = [0x41, 0x5a];
const LOWER: readonly number[] = [0x61, 0x7a];
const WORD_RANGES: readonly number[] = [...DIGITS, ...UPPER, 0x5f, 0x5f, ...LOWER];

/** What `\b` takes for the inside of a word. */
export const WORD: CharacterSet = rangeSet(WORD_RANGES);

/** `\d`, `\s` and `\w`, which know ASCII only; `\s` has no vertical tab. */
export const PERL_SETS: ReadonlyMap<string, readonly number[]> = new Map([
  ['d', DIGITS],
  ['s', [0x09, 0x0a, 0x0c, 0x0d, 0x20, 0x20]],
  ['w', WORD_RANGES],
]);

/** The names of `[[:name:]]`, ASCII only. */
export const POSIX_SETS: ReadonlyMap<string, readonly number[]> = new Map([
  ['alnum', [...DIGITS, ...UPPER, ...LOWER]],
  ['alpha', [...UPPER, ...LOWER]],
  ['ascii', [0x00, 0x7f]],
  ['blank', [0x09, 0x09, 0x20, 0x20]],
  ['cntrl', [0x00, 0x1f, 0x7f, 0x7f]],
  ['digit', DIGITS],
  ['graph', [0x21, 0x7e]],
  ['lower', LOWER],
  ['print', [0x20, 0x7e]],
  ['punct', [0x21, 0x2f, 0x3a, 0x40, 0x5b, 0x60, 0x7b, 0x7e]],
  ['space', [0x09, 0x0d, 0x20, 0x20]],
  ['upper', UPPER],
  ['word', WORD_RANGES],
  ['xdigit', [...DIGITS, 0x41, 0x46, 0x61, 0x66]],
]);

const SPECIAL_NAMES: ReadonlySet<string> = new Set(['Any', 'ASCII', 'Assigned']);

/** The property of `\p{name}`: a general category or a script; `undefined` if Unicode has no such name. */
export function unicodeProperty(
  name: string,
  { isNegated, ignoreCase }: { isNegated: boolean; ignoreCase: boolean },
): UnicodeProperty | undefined {
  for (const spelling of spellings(name)) {
    try {
      return { expression: new RegExp(`^\\p{${spelling}}$`, ignoreCase ? 'iu' : 'u'), isNegated };
    } catch {
      // No category of that name; it may be a script, or nothing.
    }
  }
  return undefined;
}

/** What the runtime may call it; it insists on the case of each letter, RE2's syntax does not. */
function spellings(name: string): readonly string[] {
  // Anything but a plain name could end the escape and go on as an expression of the runtime's.
  if (!/^[A-Za-z_]+$/.test(name)) return [];
  if (SPECIAL_NAMES.has(name)) return [name];
  const capitalized = name.toLowerCase().replace(/(?<![a-z])[a-z]/g, (letter) => letter.toUpperCase());
  return [name, capitalized].flatMap((form) => [`General_Category=${form}`, `Script=${form}`]);
}
