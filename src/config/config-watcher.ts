import { unwatchFile, watchFile } from 'node:fs';
import type { Config } from './config.ts';
import { type ConfigSources, loadConfig } from './load-config.ts';

/**
 * Files are asked for their state instead of being watched by the kernel: asking sees atomic renames,
 * swapped symbolic links and network file systems alike, and nothing of the neighbours in a directory.
 */
const POLL_INTERVAL_MS = 250;

/** A file that is being written is left alone this long after its last change was seen. */
const SETTLE_MS = 50;

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
  /** A file changed; its content has not been looked at yet. */
  readonly onDetect?: () => void;
  /** The whole configuration now in force. What is read at start only is as it was at start. */
  readonly onChange: (config: Config) => void;
  /** The new content cannot be used; what was in force stays. */
  readonly onError: (error: Error) => void;
}

/** Reloads the configuration when one of its files changes (contract: configuration §7), until disposed. */
export class ConfigWatcher implements AsyncDisposable {
  readonly #options: ConfigWatcherOptions;
  readonly #files: readonly string[];
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ConfigWatcherOptions) {
    this.#options = options;
    this.#files = options.files.filter((file) => file !== '');
    for (const file of this.#files) {
      watchFile(file, { interval: POLL_INTERVAL_MS, persistent: false }, this.#schedule);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const file of this.#files) unwatchFile(file, this.#schedule);
    clearTimeout(this.#timer);
  }

  /** Several files that change together are one change. */
  readonly #schedule = (): void => {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#reload(), SETTLE_MS).unref();
  };

  #reload(): void {
    const { config, onDetect, onChange, onError } = this.#options;
    onDetect?.();
    let loaded: Config;
    try {
      loaded = loadConfig(this.#options);
      if (loaded.dsn !== config.dsn) throw new ImmutableConfigError('dsn');
    } catch (error) {
      onError(error as Error); // loadConfig throws errors only
      return;
    }
    onChange({ ...loaded, serve: config.serve, log: config.log, tracing: config.tracing });
  }
}
