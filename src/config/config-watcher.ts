import { stat } from 'node:fs/promises';
import { setInterval } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Config } from './config.ts';
import { type ConfigSources, loadConfig } from './load-config.ts';

/**
 * Files are asked for their state instead of being watched by the kernel: asking sees atomic renames,
 * swapped symbolic links and network file systems alike, and nothing of the neighbours in a directory.
 */
const POLL_INTERVAL_MS = 250;

/** A reload was refused because it would change what cannot change while the server runs (contract: configuration §7). */
export class ImmutableConfigError extends Error {
  constructor(key: string) {
    super(
      'A configuration value marked as immutable has changed. Rolling back to the last working configuration. ' +
        `Restart the server to change ${key}.`,
    );
    this.name = 'ImmutableConfigError';
  }
}

export interface ConfigWatcherOptions extends ConfigSources {
  /** The configuration the server was started with. */
  readonly config: Config;
  /** A file changed, in a way that can be used or not. */
  readonly onDetect?: () => void;
  /** The whole configuration now in force. What is read at start only is as it was at start. */
  readonly onChange: (config: Config) => void;
  /** The new content cannot be used; what was in force stays. */
  readonly onError: (error: Error) => void;
}

/** Reloads the configuration when one of its files changes (contract: configuration §7), until disposed. */
export class ConfigWatcher implements AsyncDisposable {
  readonly #options: ConfigWatcherOptions;
  readonly #disposal = new AbortController();
  readonly #watching: Promise<void>;

  constructor(options: ConfigWatcherOptions) {
    this.#options = options;
    this.#watching = this.#watch(options.files.filter((file) => file !== ''));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposal.abort();
    await this.#watching;
  }

  async #watch(files: readonly string[]): Promise<void> {
    const { signal } = this.#disposal;
    let latest: string | undefined;
    let examined: string | undefined;
    try {
      for await (const _ of setInterval(POLL_INTERVAL_MS, undefined, { ref: false, signal })) {
        const state = (await Promise.all(files.map(fileState))).join();
        // A file that differs from one look to the next is still being written.
        const isSettled = state === latest;
        latest = state;
        if (!isSettled || state === examined || signal.aborted) continue;
        this.#reload({ isFirst: examined === undefined });
        examined = state;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** The first look finds what changed between the start and now; mostly nothing. */
  #reload({ isFirst }: { readonly isFirst: boolean }): void {
    const { config, onDetect, onChange, onError } = this.#options;
    try {
      if (!isFirst) onDetect?.();
      const loaded = loadConfig(this.#options);
      if (isFirst && isDeepStrictEqual(loaded, config)) return;
      if (isFirst) onDetect?.();
      if (loaded.dsn !== config.dsn) throw new ImmutableConfigError('dsn');
      onChange({ ...loaded, serve: config.serve, log: config.log, tracing: config.tracing });
    } catch (error) {
      onError(error as Error); // loadConfig throws errors only
    }
  }
}

/** Differs whenever the file, or what a link leads to, is another one or was written to. */
async function fileState(file: string): Promise<string> {
  try {
    const { ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
    return `${ino}:${size}:${mtimeNs}:${ctimeNs}`;
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code); // stat throws nothing else
  }
}
