import type { Logger } from '../observability/logger.ts';
import type { Diagnostic } from '../opl/diagnostic.ts';
import type { ReloadEvent } from '../opl/reloading-namespaces.ts';

/** What happens to the model, in the log: one entry for each thing that somebody may have to mend. */
export class ModelLog {
  readonly #logger: Logger;

  constructor({ logger }: { logger: Logger }) {
    this.#logger = logger;
  }

  reloaded({ ok, message, diagnostics }: ReloadEvent): void {
    // The message of a failure tells the first error, which then has no entry of its own.
    const told = ok ? undefined : diagnostics.find(({ severity }) => severity === 'error');
    const place = told === undefined ? {} : placeOf(told);
    if (ok) this.#logger.info(message);
    else this.#logger.error(place, message);
    for (const diagnostic of diagnostics) {
      if (diagnostic === told) continue;
      this.#logger[diagnostic.severity === 'error' ? 'error' : 'warn'](placeOf(diagnostic), diagnostic.message);
    }
  }

  /** A model that could not be fetched is asked for again after a pause. */
  fetchFailed(reason: string, retryMs: number): void {
    this.#logger.warn({ retry_ms: retryMs }, `${reason}, trying again`);
  }
}

/** Columns count from 1, as editors do. */
function placeOf({ file, start }: Diagnostic): { file: string | undefined; line: number; column: number } {
  return { file, line: start.line, column: start.column + 1 };
}
