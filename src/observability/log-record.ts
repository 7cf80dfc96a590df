/** One log entry as the formats receive it; a field that is undefined is none. */
export interface LogRecord {
  readonly level: string;
  /** RFC 3339, UTC, milliseconds. */
  readonly time: string;
  readonly msg?: string;
  readonly [field: string]: unknown;
}

/** The fields of a record besides level, time and message; members of objects get dotted names. */
export function recordFields(record: LogRecord): [string, unknown][] {
  const found: [string, unknown][] = [];
  for (const name of Object.keys(record)) {
    if (name !== 'level' && name !== 'time' && name !== 'msg') addField(name, record[name], found);
  }
  return found;
}

function addField(name: string, value: unknown, found: [string, unknown][]): void {
  if (value === undefined) return;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    found.push([name, value]);
    return;
  }
  for (const [member, memberValue] of Object.entries(value)) addField(`${name}.${member}`, memberValue, found);
}
