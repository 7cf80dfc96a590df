/** Why a text does not begin with a JSON value. */
export class JsonError extends Error {}

/** Deeper than any sensible body, far below what the parser can take. */
const MAX_NESTING = 10_000;
const WHITESPACE = /[\t\n\r ]*/y;
const LITERAL = /[^\t\n\r ]*/y;
const QUOTE = 0x22;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/**
 * The first JSON value of a text; what comes behind it is not looked at (contract: REST §2).
 * @throws {JsonError} with a message for the client
 */
export function firstJsonValue(text: string): unknown {
  const start = matchEnd(WHITESPACE, text, 0);
  if (start === text.length) throw new JsonError('the body is empty');
  const opening = text[start];
  const end = opening === '{' || opening === '[' ? closingEnd(text, start) : scalarEnd(text, start);
  try {
    return JSON.parse(text.slice(start, end));
  } catch {
    throw new JsonError('the body is not valid JSON');
  }
}

/**
 * The index behind the bracket that closes the one at `start`. Kinds of brackets are the parser's to compare. Bodies are
 * long, and a look at each unit is faster than a pattern that finds the few that matter.
 */
function closingEnd(text: string, start: number): number {
  let depth = 0;
  for (let index = start; index < text.length; index++) {
    switch (text.charCodeAt(index)) {
      case QUOTE:
        index = stringEnd(text, index) - 1;
        break;
      case OPENING_BRACKET:
      case OPENING_BRACE:
        depth += 1;
        if (depth >= MAX_NESTING) throw new JsonError(`the body is nested deeper than ${MAX_NESTING} levels`);
        break;
      case CLOSING_BRACKET:
      case CLOSING_BRACE:
        depth -= 1;
        if (depth === 0) return index + 1;
    }
  }
  throw new JsonError('the body ends in the middle of a JSON value');
}

function scalarEnd(text: string, start: number): number {
  return text[start] === '"' ? stringEnd(text, start) : matchEnd(LITERAL, text, start);
}

/** The index behind the quote that ends the string which begins at `start`. */
function stringEnd(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (text[quote - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return quote + 1;
  }
  throw new JsonError('the body ends in the middle of a JSON value');
}

function matchEnd(sticky: RegExp, text: string, from: number): number {
  sticky.lastIndex = from;
  sticky.exec(text);
  return sticky.lastIndex;
}
