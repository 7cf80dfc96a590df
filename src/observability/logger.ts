import { destination, type Logger as PinoLogger, pino } from 'pino';
import type { LogDestination } from './log-destination.ts';
import { type FormatRecord, LOG_FORMATS, type LogFormat } from './log-format.ts';
import type { LogRecord } from './log-record.ts';
import { TurnBuffer } from './turn-buffer.ts';

/** Takes fields first and the message last: `logger.error({ err }, 'could not reload the model')`. */
export interface Logger extends PinoLogger {
  /**
   * Writes an entry whatever the level: the caller has asked whether it is enabled. For lines of which there are very
   * many: they cost a fraction of the others, and are written when the current turn of the event loop has ended.
   * @param fields plain values and objects of them; undefined ones are left out
   */
  writeLater(level: LogSettings['level'], fields: Readonly<Record<string, unknown>>, message: string): void;
}

export interface LogSettings {
  /** The least severe level that is written. */
  readonly level: 'panic' | 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';
  readonly format: LogFormat;
}

const STDERR = 2;

/**
 * The server's log (contract: configuration §5), on standard error unless a destination is given.
 * Lines are written at once and in order: one that describes a crash is not lost with the process.
 */
export function createLogger({ level, format }: LogSettings, output?: LogDestination): Logger {
  const sink = output === undefined ? bufferedStderr() : atOnce(output);
  const logger = pino(
    {
      // Nothing is logged at panic, the level above fatal.
      level: level === 'panic' ? 'silent' : level,
      base: null,
      timestamp: () => `,"time":"${timeText()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    format === 'json' ? sink : reformat(format, sink),
  );
  const formatRecord: FormatRecord = format === 'json' ? JSON.stringify : LOG_FORMATS[format];
  return Object.assign(logger, {
    writeLater(entryLevel: LogSettings['level'], fields: Readonly<Record<string, unknown>>, msg: string): void {
      sink.writeLater(`${formatRecord({ level: entryLevel, time: timeText(), ...fields, msg })}\n`);
    },
  });
}

let timeMs = 0;
let text = '';

/** The time in RFC 3339. Many lines are of one millisecond, and making the text is a good part of a line. */
function timeText(): string {
  const nowMs = Date.now();
  if (nowMs !== timeMs) {
    timeMs = nowMs;
    text = new Date(nowMs).toISOString();
  }
  return text;
}

function bufferedStderr(): TurnBuffer {
  return new TurnBuffer({ output: destination({ fd: STDERR, sync: true }) });
}

function atOnce(output: LogDestination): Pick<TurnBuffer, 'write' | 'writeLater'> {
  const write = (line: string): void => output.write(line);
  return { write, writeLater: write };
}

function reformat(format: keyof typeof LOG_FORMATS, output: LogDestination): LogDestination {
  const formatRecord = LOG_FORMATS[format];
  return { write: (line) => output.write(`${formatRecord(JSON.parse(line) as LogRecord)}\n`) }; // written by pino
}
