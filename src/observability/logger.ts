import { destination, type Logger as PinoLogger, pino } from 'pino';
import { LOG_FORMATS, type LogFormat } from './log-format.ts';
import type { LogRecord } from './log-record.ts';

/** Takes fields first and the message last: `logger.error({ err }, 'could not reload the model')`. */
export type Logger = PinoLogger;

export interface LogSettings {
  /** The least severe level that is written. */
  readonly level: 'panic' | 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';
  readonly format: LogFormat;
}

/** Where finished lines go. */
export interface LogDestination {
  write(line: string): void;
}

const STDERR = 2;

/**
 * The server's log (contract: configuration §5), on standard error unless a destination is given.
 * Lines are written at once and in order: one that describes a crash is not lost with the process.
 */
export function createLogger(
  { level, format }: LogSettings,
  output: LogDestination = destination({ fd: STDERR, sync: true }),
): Logger {
  return pino(
    {
      // Nothing is logged at panic, the level above fatal.
      level: level === 'panic' ? 'silent' : level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    format === 'json' ? output : reformat(format, output),
  );
}

function reformat(format: keyof typeof LOG_FORMATS, output: LogDestination): LogDestination {
  const formatRecord = LOG_FORMATS[format];
  return { write: (line) => output.write(`${formatRecord(JSON.parse(line) as LogRecord)}\n`) }; // written by pino
}
