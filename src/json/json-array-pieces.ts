const QUOTE = 0x22;
const COMMA = 0x2c;
const OPENING_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/**
 * Cuts the JSON array that begins at `start` of a text in UTF-8 into pieces of about `pieceBytes` with whole elements,
 * without the brackets and commas around them but for the last one, which ends with the array's own bracket, of
 * whichever kind. Yields after every such stretch, so that other work can be done in between. The array is valid when
 * all pieces are and none of several is without elements; whoever parses them finds that out.
 *
 * Bytes are looked at, not characters: those of JSON's signs are part of no other character, and the whole text would
 * have to be made at once.
 *
 * The result is `'unclosed'` when the text ends before the array, `'too deep'` when it has so many levels of brackets.
 */
export function* jsonArrayPieces(
  text: Buffer,
  start: number,
  { pieceBytes, maxNesting }: { pieceBytes: number; maxNesting: number },
): Generator<undefined, readonly Buffer[] | 'unclosed' | 'too deep'> {
  const pieces: Buffer[] = [];
  let first = start + 1;
  let yielded = start;
  let depth = 0;
  let isInString = false;
  for (let index = start; index < text.length; index++) {
    const byte = text[index];
    if (isInString) {
      // What is escaped ends no string.
      if (byte === BACKSLASH) index++;
      else if (byte === QUOTE) isInString = false;
    } else if (byte === QUOTE) {
      isInString = true;
    } else if (byte === OPENING_BRACKET || byte === OPENING_BRACE) {
      depth += 1;
      if (depth >= maxNesting) return 'too deep';
    } else if (byte === CLOSING_BRACKET || byte === CLOSING_BRACE) {
      depth -= 1;
      if (depth === 0) {
        pieces.push(text.subarray(first, index + 1));
        return pieces;
      }
    } else if (byte === COMMA && depth === 1 && index - first >= pieceBytes) {
      pieces.push(text.subarray(first, index));
      first = index + 1;
    }
    if (index - yielded < pieceBytes) continue;
    yielded = index;
    yield;
  }
  return 'unclosed';
}
