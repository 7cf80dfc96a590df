/**
 * Whether an origin may read answers (contract: REST §12). Patterns are compared in lower case with
 * the origin as it was sent; no pattern, or `*` alone, stands for every origin.
 */
export function createOriginMatcher(patterns: readonly string[]): (origin: string) => boolean {
  if (patterns.length === 0 || patterns.includes('*')) return () => true;
  const matchers = patterns.map((pattern) => matcherOf(pattern.toLowerCase()));
  return (origin) => matchers.some((matches) => matches(origin));
}

function matcherOf(pattern: string): (origin: string) => boolean {
  const star = pattern.indexOf('*');
  if (star < 0) return (origin) => origin === pattern;
  const prefix = pattern.slice(0, star);
  const suffix = pattern.slice(star + 1);
  if (!isBelowRegistrableDomain(suffix)) return () => false;
  return (origin) =>
    origin.length >= prefix.length + suffix.length && origin.startsWith(prefix) && origin.endsWith(suffix);
}

/** Second-level names under which country registries give out names, as in `co.uk`. */
const REGISTRY_LABELS = new Set(
  'ac co com edu gob gov go gouv gv id info ltd me mil ne net nom nic or org plc sch web'.split(' '),
);

/**
 * Whether what follows the wildcard's label is a domain that somebody can own, so that the wildcard
 * covers one owner's hosts only: at least two labels, three where a country's registry has a level of
 * its own. The list of public suffixes would know the rest, but is no small dependency.
 */
function isBelowRegistrableDomain(suffix: string): boolean {
  const host = suffix.replace(/:\d+$/, '');
  const labels = host.split('.').slice(1);
  if (labels.some((label) => !/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(label))) return false;
  const [second = '', top = ''] = labels.slice(-2);
  const suffixLabels = top.length === 2 && REGISTRY_LABELS.has(second) ? 2 : 1;
  return labels.length > suffixLabels;
}
