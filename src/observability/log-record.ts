/** One log entry as the formats receive it: what pino wrote as JSON, read back. */
export interface LogRecord {
  readonly level: string;
  /** RFC 3339, UTC, milliseconds. */
  readonly time: string;
  readonly msg?: string;
  readonly [field: string]: unknown;
}

/** The fields of a record besides level, time and message; members of objects get dotted names. */
export function recordFields({ level: _level, time: _time, msg: _msg, ...rest }: LogRecord): [string, unknown][] {
  return flatten('', rest);
}

function flatten(prefix: string, fields: object): [string, unknown][] {
  return Object.entries(fields).flatMap(([name, value]): [string, unknown][] =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? flatten(`${prefix}${name}.`, value)
      : [[prefix + name, value]],
  );
}
