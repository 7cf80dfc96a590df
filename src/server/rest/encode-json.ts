const LONE_SURROGATE = /\p{Surrogate}/gu;
const ESCAPED_BY_CONTRACT = /[<>&\u2028\u2029]/g;

/**
 * A value as the contract writes it (REST §2), but for the line feed that ends a body: the characters
 * that mean something in HTML or end a line in JavaScript are escaped.
 */
export function encodeJson(value: unknown): string {
  let text = JSON.stringify(value);
  // Lone surrogates come out as escapes like these. They are rare, and a replacer is slow.
  if (text.includes('\\ud')) text = JSON.stringify(value, wellFormed);
  return text.replace(ESCAPED_BY_CONTRACT, escaped);
}

function wellFormed(_key: string, part: unknown): unknown {
  return typeof part === 'string' ? part.replace(LONE_SURROGATE, '\ufffd') : part;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
