const TYPE_LINE = /^# TYPE (\S+) (\S+)/;
const SAMPLE_LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? /;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;
/** The lines of a histogram have names of their own. */
const SERIES_SUFFIX = /_(bucket|sum|count)$/;
const BUILD_LABELS = new Set(['app', 'version', 'hash', 'buildTime']);
const RECORDED_COUNTERS = new Set(['http_requests_total', 'http_requests_statuses_total']);

/** Metric families with their type and the labels their samples have. */
export function metricFamilies(text: string): Record<string, { type: string; labels: string[] }> {
  const types = new Map<string, string>();
  const labels = new Map<string, Set<string>>();
  for (const line of text.split('\n')) {
    const [, family, type] = TYPE_LINE.exec(line) ?? [];
    if (family !== undefined && type !== undefined) {
      types.set(family, type);
      labels.set(family, new Set());
    }
    const [, name, list = ''] = SAMPLE_LINE.exec(line) ?? [];
    if (name === undefined) continue;
    const known = labels.get(name) ?? labels.get(name.replace(SERIES_SUFFIX, ''));
    for (const [, label] of list.matchAll(LABEL)) known?.add(label ?? '');
  }
  return Object.fromEntries(
    [...types].map(([name, type]) => [name, { type, labels: [...(labels.get(name) ?? [])].sort() }]),
  );
}

/** The samples of the counters that recordings show: names and labels, but for those that name the build. */
export function counterSamples(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const [, name = '', list = ''] = SAMPLE_LINE.exec(line) ?? [];
    if (!RECORDED_COUNTERS.has(name)) return [];
    const labels = [...list.matchAll(LABEL)].filter(([, label]) => !BUILD_LABELS.has(label ?? ''));
    return [
      `${name}{${labels
        .map(([label]) => label)
        .sort()
        .join(',')}}`,
    ];
  });
}
