const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

/** Everything that must not stand in a message as it is: quotes, backslashes and what does not print. */
const NEEDS_ESCAPE = /["\\]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu;

/** The text in double quotes, with quotes, backslashes and unprintable characters escaped (contract: OPL A4). */
export function quote(text: string): string {
  return `"${text.replace(NEEDS_ESCAPE, (character) => ESCAPES[character] ?? escapeByNumber(character))}"`;
}

function escapeByNumber(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code < 0x80) return `\\x${hex.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
