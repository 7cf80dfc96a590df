export type Labels = Readonly<Record<string, string>>;

/** Labels as they stand in the exposition between braces, ordered by name: `a="1",b="2"`. */
export function formatLabels(labels: Labels): string {
  return Object.keys(labels)
    .sort()
    .map((name) => `${name}="${escapeValue(labels[name] ?? '')}"`)
    .join(',');
}

/** Prometheus text format 0.0.4: backslash, quote and line feed are escaped. */
function escapeValue(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
