/** Why a text does not begin with a JSON value. */
export class JsonError extends Error {}

/** Deeper than any sensible body, far below what the parser can take. */
const MAX_NESTING = 10_000;
const WHITESPACE = /[\t\n\r ]*/y;
const LITERAL = /[^\t\n\r ]*/y;
/** What matters for finding the end of an object or array: its brackets, and strings, which may hold brackets. */
const STRUCTURE = /["[\]{}]/g;

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

/** The index behind the bracket that closes the one at `start`. Kinds of brackets are the parser's to compare. */
function closingEnd(text: string, start: number): number {
  let depth = 0;
  let index = start;
  while (index < text.length) {
    STRUCTURE.lastIndex = index;
    const found = STRUCTURE.exec(text);
    if (found === null) break;
    index = found.index + 1;
    if (found[0] === '"') {
      index = stringEnd(text, found.index);
    } else if (found[0] === '{' || found[0] === '[') {
      depth += 1;
      if (depth >= MAX_NESTING) throw new JsonError(`the body is nested deeper than ${MAX_NESTING} levels`);
    } else {
      depth -= 1;
      if (depth === 0) return index;
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
