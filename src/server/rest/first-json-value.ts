import { setImmediate } from 'node:timers/promises';
import { jsonArrayPieces } from '../../json/json-array-pieces.ts';
import { jsonValueEnd } from '../../json/json-value-end.ts';
import { decodeUtf8 } from './decode-utf8.ts';

/** Why a text does not begin with a JSON value. */
export class JsonError extends Error {}

/** Deeper than any sensible body, far below what the parser can take. */
const MAX_NESTING = 10_000;
/** How much of a long array is looked at or parsed before others get their turn: well below a millisecond of work. */
const PIECE_BYTES = 50_000;
const OPENING_BRACKET = 0x5b;
const NOT_BLANK = /[^\t\n\r ]/g;

/**
 * The first JSON value of a text; what comes behind it is not looked at (contract: REST §2).
 * @throws {JsonError} with a message for the client
 */
export function firstJsonValue(text: string): unknown {
  // Nearly always it is all there is, in a text too short for a tower of brackets.
  if (text.length < MAX_NESTING) {
    try {
      return JSON.parse(text);
    } catch {
      // There may be a value all the same, with something behind it.
    }
  }
  const start = startOf(text);
  const end = jsonValueEnd(text, start, MAX_NESTING);
  return parse(text.slice(start, found(end)));
}

/** The same of bytes, and others get their turn in between while a long array is read. */
export async function firstJsonValueInTurns(bytes: Buffer): Promise<unknown> {
  const start = bytes.length < PIECE_BYTES ? -1 : firstNotBlank(bytes);
  if (bytes[start] !== OPENING_BRACKET) return firstJsonValue(textOf(bytes));
  const cutting = jsonArrayPieces(bytes, start, { pieceBytes: PIECE_BYTES, maxNesting: MAX_NESTING });
  let cut = cutting.next();
  for (; cut.done !== true; cut = cutting.next()) await setImmediate();
  const pieces = found(cut.value);
  const all: unknown[] = [];
  for (const [index, piece] of pieces.entries()) {
    const isLast = index === pieces.length - 1;
    const elements = parse(`[${textOf(piece)}${isLast ? '' : ']'}`) as unknown[]; // a text that begins with a bracket
    if (elements.length === 0 && pieces.length > 1) throw new JsonError(INVALID);
    for (const element of elements) all.push(element);
    await setImmediate();
  }
  return all;
}

function textOf(bytes: Buffer): string {
  return decodeUtf8(bytes, () => '\ufffd');
}

function firstNotBlank(bytes: Buffer): number {
  return bytes.findIndex((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);
}

function startOf(text: string): number {
  NOT_BLANK.lastIndex = 0;
  if (!NOT_BLANK.test(text)) throw new JsonError('the body is empty');
  return NOT_BLANK.lastIndex - 1;
}

function found<T>(result: T | 'unclosed' | 'too deep'): T {
  if (result === 'unclosed') throw new JsonError('the body ends in the middle of a JSON value');
  if (result === 'too deep') throw new JsonError(`the body is nested deeper than ${MAX_NESTING} levels`);
  return result;
}

const INVALID = 'the body is not valid JSON';

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new JsonError(INVALID);
  }
}
