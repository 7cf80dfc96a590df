import type { JsonValue } from '@bufbuild/protobuf';
import { protoCamelCase } from '@bufbuild/protobuf/reflect';

/**
 * Parses the JSON form of a message. Other than JSON.parse it refuses bytes that are not UTF-8 and
 * members that are named twice, also once as `page_size` and once as `pageSize` (contract: gRPC §1.2).
 * @throws Error that says what is wrong, without quoting the text
 */
export function parseStrictJson(bytes: Uint8Array): JsonValue {
  if (bytes.byteLength === 0) throw new Error('zero-length payload is not a valid JSON object');
  const text = decodeUtf8(bytes);
  // First: the parser takes seconds over a tower of brackets that fills a whole message.
  refuseOddNesting(text);
  const value = parse(text);
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw new Error('payload is not a JSON object');
  return value;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    throw new Error('payload is not valid UTF-8');
  }
}

function parse(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue; // what JSON.parse returns is one
  } catch {
    throw new Error('payload is not valid JSON');
  }
}

/** Deeper than any message; it bounds the memory that the walk takes. */
const MAX_DEPTH = 10_000;
const JSON_TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;

/** Refuses towers and members named twice in text that may be no JSON at all. A string is a member's name when a colon follows it. */
function refuseOddNesting(text: string): void {
  const open: Set<string>[] = [];
  let lastString = '';
  for (const [token] of text.matchAll(JSON_TOKEN)) {
    switch (token) {
      case '{':
      case '[':
        if (open.length === MAX_DEPTH) throw new Error(`payload is nested deeper than ${MAX_DEPTH} levels`);
        open.push(new Set());
        break;
      case '}':
      case ']':
        open.pop();
        break;
      case ':': {
        const name = protoCamelCase(String(parse(lastString)));
        const seen = open.at(-1);
        if (seen?.has(name)) throw new Error(`duplicate field ${JSON.stringify(name)}`);
        seen?.add(name);
        break;
      }
      case ',':
        break;
      default:
        lastString = token;
    }
  }
}
