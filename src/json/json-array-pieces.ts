import { jsonStringEnd } from './json-string-end.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/**
 * Cuts the JSON array that begins at `start` into texts of about `pieceLength` units with whole elements, `[` and `]`
 * around them; yields after every such stretch, so that other work can be done in between. The array is valid when all
 * pieces are, none of several is without elements, and it ends with a bracket; whoever parses them finds that out.
 *
 * The result is `'unclosed'` when the text ends before the array, `'too deep'` when it has so many levels of brackets.
 */
export function* jsonArrayPieces(
  text: string,
  start: number,
  { pieceLength, maxNesting }: { pieceLength: number; maxNesting: number },
): Generator<undefined, readonly string[] | 'unclosed' | 'too deep'> {
  const pieces: string[] = [];
  let first = start + 1;
  let yielded = start;
  let depth = 0;
  for (let index = start; index < text.length; index++) {
    switch (text.charCodeAt(index)) {
      case QUOTE:
        index = (jsonStringEnd(text, index) ?? text.length + 1) - 1;
        break;
      case OPENING_BRACKET:
      case OPENING_BRACE:
        depth += 1;
        if (depth >= maxNesting) return 'too deep';
        break;
      case CLOSING_BRACKET:
      case CLOSING_BRACE:
        depth -= 1;
        if (depth > 0) break;
        // The bracket is the array's own, of whichever kind.
        pieces.push(`[${text.slice(first, index + 1)}`);
        return pieces;
      case COMMA:
        if (depth > 1 || index - first < pieceLength) break;
        pieces.push(`[${text.slice(first, index)}]`);
        first = index + 1;
    }
    if (index - yielded < pieceLength) continue;
    yielded = index;
    yield;
  }
  return 'unclosed';
}
