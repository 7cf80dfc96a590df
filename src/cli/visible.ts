/** A text that shows as one line: names may be anything, and control characters would be taken for the terminal's own. */
export function visible(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '\uFFFD');
}
