const KEYWORDS: ReadonlySet<string> = new Set(['class', 'implements', 'this', 'ctx']);

/**
 * A name as the language writes it: in quotes unless it is an identifier.
 * @throws {Error} when it holds both kinds of quotes, for which there are no escapes
 */
export function printName(name: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !KEYWORDS.has(name)) return name;
  if (!name.includes('"')) return `"${name}"`;
  if (!name.includes("'")) return `'${name}'`;
  throw new Error(`the name ${JSON.stringify(name)} cannot be written: it holds both kinds of quotes`);
}
