/** What stands between the paths of `[…]` and `{…}`. */
export const LIST_SEPARATOR = ',';

/**
 * Cuts a path at the first separator that is neither escaped nor inside brackets. Quotes count in brackets and lists
 * only: elsewhere they are part of a key.
 * `separator` is the character found, or empty at the end.
 */
export function splitPath(path: string, separators = '.|'): { head: string; separator: string; rest: string } {
  let depth = 0;
  for (let at = 0; at < path.length; at++) {
    const character = path.charAt(at);
    if (character === '\\') at++;
    else if (character === '"' && (depth > 0 || separators === LIST_SEPARATOR)) at = endOfString(path, at);
    else if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character)) depth--;
    else if (depth === 0 && separators.includes(character)) {
      return { head: path.slice(0, at), separator: character, rest: path.slice(at + 1) };
    }
  }
  return { head: path, separator: '', rest: '' };
}

/** The place of the quote that ends the string which begins at `at`. */
export function endOfString(text: string, at: number): number {
  let end = at + 1;
  while (end < text.length && text.charAt(end) !== '"') end += text.charAt(end) === '\\' ? 2 : 1;
  return end;
}
