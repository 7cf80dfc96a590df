import type { PolicyField } from './policy-field.ts';

/**
 * Longer prefixes are cut to this: it tells policies apart well enough, and a value is looked
 * up at most so many times.
 */
const MAX_PREFIX_LENGTH = 64;

/**
 * Finds the policies that have a pattern in one of their fields which may match a value: by
 * the texts that match nothing else, and by the prefixes of all other patterns.
 */
export class FieldIndex<P> {
  readonly #byText = new Map<string, Set<P>>();
  readonly #byPrefix = new Map<string, Set<P>>();
  /** How many prefixes there are of each length. */
  readonly #prefixLengths = new Map<number, number>();

  add(policy: P, field: PolicyField): void {
    for (const text of field.texts) addTo(this.#byText, text, policy);
    for (const prefix of prefixesOf(field)) {
      if (!this.#byPrefix.has(prefix)) this.#countLength(prefix.length, 1);
      addTo(this.#byPrefix, prefix, policy);
    }
  }

  /** Takes back `add` with the same arguments. */
  delete(policy: P, field: PolicyField): void {
    for (const text of field.texts) deleteFrom(this.#byText, text, policy);
    for (const prefix of prefixesOf(field)) {
      if (deleteFrom(this.#byPrefix, prefix, policy)) this.#countLength(prefix.length, -1);
    }
  }

  /** Sets that together hold every policy whose field may match one of the values. */
  lookUp(values: readonly string[]): readonly ReadonlySet<P>[] {
    return values.flatMap((value) => [...this.#setsOf(value)]);
  }

  *#setsOf(value: string): Iterable<ReadonlySet<P>> {
    const equal = this.#byText.get(value);
    if (equal !== undefined) yield equal;
    for (const length of this.#prefixLengths.keys()) {
      const beginning = length <= value.length ? this.#byPrefix.get(value.slice(0, length)) : undefined;
      if (beginning !== undefined) yield beginning;
    }
  }

  #countLength(length: number, change: 1 | -1): void {
    const count = (this.#prefixLengths.get(length) ?? 0) + change;
    if (count === 0) this.#prefixLengths.delete(length);
    else this.#prefixLengths.set(length, count);
  }
}

function prefixesOf(field: PolicyField): ReadonlySet<string> {
  return new Set(field.patterns.map(({ prefix }) => prefix.slice(0, MAX_PREFIX_LENGTH)));
}

function addTo<P>(sets: Map<string, Set<P>>, key: string, policy: P): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([policy]));
  else set.add(policy);
}

/** Whether it was the last under its key. */
function deleteFrom<P>(sets: Map<string, Set<P>>, key: string, policy: P): boolean {
  const set = sets.get(key);
  set?.delete(policy);
  return set?.size === 0 && sets.delete(key);
}
