/** The part of a logger that is limited. */
interface ErrorLogger {
  error(fields: object, message: string): void;
  debug(fields: object, message: string): void;
}

const INTERVAL_MS = 1000;
/** An error that did not come for so many intervals is news again. */
const QUIET_INTERVALS = 10;
/** Errors whose texts differ each time are not remembered forever. */
const MAX_REMEMBERED = 100;

interface Repeated {
  readonly log: (count: number) => void;
  /** How often it came since it was logged last. */
  count: number;
  /** For how many intervals it has not come. */
  quiet: number;
}

/**
 * A log that an outage does not fill with one stack for each request: the first error of a kind is logged whole, and
 * those that follow as their number, once a second at most. What was not counted yet is logged before the process ends
 * only if a second passes.
 */
export class RepeatedErrors {
  readonly #logger: ErrorLogger;
  readonly #intervalMs: number;
  readonly #repeated = new Map<string, Repeated>();
  #timer: NodeJS.Timeout | undefined;

  constructor({ logger, intervalMs = INTERVAL_MS }: { logger: ErrorLogger; intervalMs?: number }) {
    this.#logger = logger;
    this.#intervalMs = intervalMs;
  }

  /** @param fields with the error as `err` */
  error(fields: object, message: string): void {
    const error = 'err' in fields ? fields.err : undefined;
    const kind = `${message}: ${kindOf(error)}`;
    const known = this.#repeated.get(kind);
    if (known !== undefined) {
      known.count++;
      known.quiet = 0;
      return;
    }
    this.#logger.error(fields, message);
    if (this.#repeated.size >= MAX_REMEMBERED) return;
    const log = (count: number): void => this.#logger.error({ error: kindOf(error), count }, `${message}, repeatedly`);
    this.#repeated.set(kind, { log, count: 0, quiet: 0 });
    this.#timer ??= setInterval(() => this.#tick(), this.#intervalMs).unref();
  }

  debug(fields: object, message: string): void {
    this.#logger.debug(fields, message);
  }

  #tick(): void {
    for (const [kind, repeated] of this.#repeated) {
      if (repeated.count > 0) repeated.log(repeated.count);
      repeated.count = 0;
      repeated.quiet++;
      if (repeated.quiet > QUIET_INTERVALS) this.#repeated.delete(kind);
    }
    if (this.#repeated.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

/** The texts of an error and of what caused it. */
function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${kindOf(error.cause)}`;
}
