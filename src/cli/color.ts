import type { Writable } from 'node:stream';

const STYLES = { green: '32', red: '31', yellow: '33', bold: '1', dim: '2' } as const;

/** Writes a text in a style, or as it is. */
export type Paint = (text: string, style: keyof typeof STYLES) => string;

/** Colours for a terminal; none for anything else, and none when `NO_COLOR` is set (no-color.org). */
export function paintFor(stream: Writable, env: Readonly<Record<string, string | undefined>>): Paint {
  const isColored = 'isTTY' in stream && stream.isTTY === true && !env.NO_COLOR;
  return (text, style) => (isColored ? `\u001B[${STYLES[style]}m${text}\u001B[0m` : text);
}
