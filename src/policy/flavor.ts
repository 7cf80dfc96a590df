/**
 * How the patterns of a policy are read. Each flavor is a universe of its own, with its own
 * policies and its own roles (contract: acp §1).
 */
export type Flavor = 'exact' | 'glob' | 'regex';

export const FLAVORS: readonly Flavor[] = ['exact', 'glob', 'regex'];

/** Whether a text names a flavor; letters of another case do not. */
export function isFlavor(text: string): text is Flavor {
  return (FLAVORS as readonly string[]).includes(text);
}
