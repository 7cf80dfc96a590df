import type { Json } from './json.ts';

const INDENT = 2;

/**
 * One line of JSON, or an indented text. What could end a script element stands as an escape (contract: command line
 * §4).
 */
export function formatJson(value: Json, { isPretty = false }: { isPretty?: boolean } = {}): string {
  const text = JSON.stringify(value, undefined, isPretty ? INDENT : undefined);
  return `${text.replace(/[<>&\u2028\u2029]/g, escaped)}\n`;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
