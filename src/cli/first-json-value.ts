/**
 * The text up to the end of its first JSON value, or all of it when that value does not end. The value itself is not
 * checked.
 */
export function firstJsonValue(text: string): string {
  if (!/^[[{]/.test(text)) return /^(?:"(?:[^"\\]|\\.)*"|[^\s,[\]{}"]+)/s.exec(text)?.[0] ?? text;
  let depth = 0;
  for (const token of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/gs)) {
    if ('[{'.includes(token[0])) depth++;
    else if (']}'.includes(token[0])) depth--;
    if (depth === 0) return text.slice(0, token.index + 1);
  }
  return text;
}
