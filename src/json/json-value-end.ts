import { jsonStringEnd } from './json-string-end.ts';

const LITERAL = /[^\s,[\]{}"]+/y;
const QUOTE = 0x22;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/**
 * The index behind the JSON value that begins at `start`; `'unclosed'` when the text ends before it, `'too deep'` when
 * it has so many levels of brackets. Whether it is a value is the parser's to say, kinds of brackets included.
 */
export function jsonValueEnd(
  text: string,
  start: number,
  maxNesting: number = Number.POSITIVE_INFINITY,
): number | 'unclosed' | 'too deep' {
  switch (text[start]) {
    case '{':
    case '[':
      return closingEnd(text, start, maxNesting);
    case '"':
      return jsonStringEnd(text, start) ?? 'unclosed';
    default:
      LITERAL.lastIndex = start;
      return LITERAL.test(text) ? LITERAL.lastIndex : text.length;
  }
}

/** Texts are long, and a look at each unit is faster than a pattern that finds the few that matter. */
function closingEnd(text: string, start: number, maxNesting: number): number | 'unclosed' | 'too deep' {
  let depth = 0;
  for (let index = start; index < text.length; index++) {
    switch (text.charCodeAt(index)) {
      case QUOTE: {
        const end = jsonStringEnd(text, index);
        if (end === undefined) return 'unclosed';
        index = end - 1;
        break;
      }
      case OPENING_BRACKET:
      case OPENING_BRACE:
        depth += 1;
        if (depth >= maxNesting) return 'too deep';
        break;
      case CLOSING_BRACKET:
      case CLOSING_BRACE:
        depth -= 1;
        if (depth === 0) return index + 1;
    }
  }
  return 'unclosed';
}
