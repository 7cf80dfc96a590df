import { LAST_CODE_POINT } from './character-set.ts';
import type { RegexpReader } from './regexp-reader.ts';
import { RegexpSyntaxError } from './regexp-syntax-error.ts';

const CONTROLS: ReadonlyMap<string, number> = new Map([
  ['a', 0x07],
  ['f', 0x0c],
  ['n', 0x0a],
  ['r', 0x0d],
  ['t', 0x09],
  ['v', 0x0b],
]);

/** `\123` and `\0…` are octal; `\1` to `\9` alone would be references to groups, which do not exist here. */
const OCTAL = /[1-7][0-7]{1,2}|0[0-7]{0,2}/y;
const HEXADECIMAL = /x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]+)\})/y;

/** Reads an escape of one character, after its backslash. */
export function parseEscape(reader: RegexpReader): number {
  if (reader.isAtEnd) throw new RegexpSyntaxError('trailing backslash');
  const octal = reader.takeMatch(OCTAL);
  if (octal !== undefined) return Number.parseInt(octal[0], 8);
  const hexadecimal = reader.takeMatch(HEXADECIMAL);
  if (hexadecimal !== undefined) return toCodePoint(hexadecimal[1] ?? hexadecimal[2] ?? '');
  const codePoint = reader.takeCodePoint();
  const character = String.fromCodePoint(codePoint);
  const control = CONTROLS.get(character);
  if (control !== undefined) return control;
  if (codePoint >= 0x80 || /[0-9A-Za-z]/.test(character)) {
    throw new RegexpSyntaxError(`invalid escape sequence "\\${character}"`);
  }
  return codePoint;
}

function toCodePoint(digits: string): number {
  const codePoint = Number.parseInt(digits, 16);
  if (codePoint > LAST_CODE_POINT) throw new RegexpSyntaxError(`no character has the code "${digits}"`);
  return codePoint;
}
