import { jsonValueEnd } from '../../json/json-value-end.ts';

/** Why a text does not begin with a JSON value. */
export class JsonError extends Error {}

/** Deeper than any sensible body, far below what the parser can take. */
const MAX_NESTING = 10_000;
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
  NOT_BLANK.lastIndex = 0;
  if (!NOT_BLANK.test(text)) throw new JsonError('the body is empty');
  const start = NOT_BLANK.lastIndex - 1;
  const end = jsonValueEnd(text, start, MAX_NESTING);
  switch (end) {
    case 'unclosed':
      throw new JsonError('the body ends in the middle of a JSON value');
    case 'too deep':
      throw new JsonError(`the body is nested deeper than ${MAX_NESTING} levels`);
    default:
      return parse(text.slice(start, end));
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new JsonError('the body is not valid JSON');
  }
}
