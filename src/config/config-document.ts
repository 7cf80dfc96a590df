/** A configuration before it is validated: what files and environment say, without defaults. */
export type ConfigDocument = Readonly<Record<string, unknown>>;

export function isDocument(value: unknown): value is ConfigDocument {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `over` laid on `base`: objects are merged key by key, anything else, lists included, is replaced. */
export function mergeDocuments(base: ConfigDocument, over: ConfigDocument): ConfigDocument {
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(over)) {
    const below = merged.get(key);
    merged.set(key, isDocument(below) && isDocument(value) ? mergeDocuments(below, value) : value);
  }
  // fromEntries defines keys, so that one named __proto__ is a key like any other.
  return Object.fromEntries(merged);
}

/** The value at a path, undefined where the document has none. */
export function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  let value = document;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key]; // an object that has the key
  }
  return value;
}
