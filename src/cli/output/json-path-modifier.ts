import { isArray, isObject, type Json } from './json.ts';

/** Applies a modifier of a JSON path, written without its `@`. An unknown one is not known: it may be a key. */
export function applyModifier(value: Json, name: string): { isKnown: boolean; value?: Json | undefined } {
  const modifier = MODIFIERS[name];
  return modifier ? { isKnown: true, value: modifier(value) } : { isKnown: false };
}

const same = (value: Json): Json => value;

const MODIFIERS: Readonly<Record<string, (value: Json) => Json | undefined>> = {
  this: same,
  valid: same,
  // The result is printed in one layout, whatever was asked for.
  pretty: same,
  ugly: same,
  reverse: (value) => {
    if (isArray(value)) return value.toReversed();
    return isObject(value) ? Object.fromEntries(Object.entries(value).reverse()) : value;
  },
  keys: (value) => (isObject(value) ? Object.keys(value) : []),
  values: (value) => {
    if (isArray(value)) return value;
    return isObject(value) ? Object.values(value) : [];
  },
  flatten: (value) => (isArray(value) ? value.flat() : value),
  join: (value) => (isArray(value) ? Object.assign({}, ...value.filter(isObject)) : value),
  tostr: (value) => JSON.stringify(value),
  fromstr: (value) => {
    if (typeof value !== 'string') return undefined;
    try {
      return JSON.parse(value) as Json; // whatever a JSON text holds
    } catch {
      return undefined;
    }
  },
};
