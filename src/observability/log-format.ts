import { hostname } from 'node:os';
import { type LogRecord, recordFields } from './log-record.ts';

export type LogFormat = 'json' | 'json_pretty' | 'gelf' | 'text';

/** Turns a record into the text of a log entry, without the line end. */
export type FormatRecord = (record: LogRecord) => string;

/** How records are written in every format but `json`, which pino writes itself. */
export const LOG_FORMATS: Readonly<Record<Exclude<LogFormat, 'json'>, FormatRecord>> = {
  text: formatText,
  json_pretty: (record) => JSON.stringify(record, undefined, 2),
  gelf: formatGelf,
};

const LONGEST_LEVEL = 5;

/** A line for people: `2026-01-31T09:00:00.000Z info  message name=value`. */
function formatText(record: LogRecord): string {
  let line = `${record.time} ${record.level.padEnd(LONGEST_LEVEL)} ${record.msg ?? ''}`;
  for (const [name, value] of recordFields(record)) line += ` ${name}=${formatValue(value)}`;
  return line;
}

/** Quoted where a reader could mistake its ends, so that an entry stays one line. */
function formatValue(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  return PLAIN.test(value) || /^[^\s"=\p{Cc}]+$/u.test(value) ? value : JSON.stringify(value);
}

/** What most values are made of, and quicker to tell than the whole rule. */
const PLAIN = /^[\w./:-]+$/;

const SYSLOG_SEVERITIES: Readonly<Record<string, number>> = {
  fatal: 2,
  error: 3,
  warn: 4,
  info: 6,
  debug: 7,
  trace: 7,
};

/** Graylog Extended Log Format 1.1: own fields start with `_`, values are strings or numbers. */
function formatGelf(record: LogRecord): string {
  const fields = recordFields(record).map(([name, value]) => [
    `_${name.replaceAll(/[^\w.-]/g, '_')}`,
    typeof value === 'number' ? value : typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return JSON.stringify({
    version: '1.1',
    host: hostname(),
    short_message: record.msg ?? '-',
    timestamp: Date.parse(record.time) / 1000,
    level: SYSLOG_SEVERITIES[record.level] ?? SYSLOG_SEVERITIES.info,
    ...Object.fromEntries(fields),
  });
}
