const NAMED = /\{\{([\w.-]+)\}\}/g;
const REPEATED = /\{\{(.)\*(\d+)\}\}/gu;

/** A value with `{{name}}` replaced by what is known under the name and `{{x*3}}` by `xxx`, everywhere in it. */
export function fillIn<T>(value: T, known: ReadonlyMap<string, unknown>): T {
  return fill(value, known) as T; // strings stay strings, everything else keeps its shape
}

function fill(value: unknown, known: ReadonlyMap<string, unknown>): unknown {
  if (typeof value === 'string') {
    return value
      .replace(NAMED, (all, name: string) => (known.has(name) ? String(known.get(name)) : all))
      .replace(REPEATED, (_, character: string, times: string) => character.repeat(Number(times)));
  }
  if (Array.isArray(value)) return value.map((item) => fill(item, known));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [String(fill(key, known)), fill(item, known)]));
}
