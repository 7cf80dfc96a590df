import { isDeepStrictEqual } from 'node:util';
import type { Config } from './config.ts';
import { FilesWatcher } from './files-watcher.ts';
import { type ConfigSources, loadConfig } from './load-config.ts';

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
  readonly #files: FilesWatcher;

  constructor(options: ConfigWatcherOptions) {
    this.#options = options;
    this.#files = new FilesWatcher({
      files: options.files.filter((file) => file !== ''),
      onSettled: ({ isFirst }) => this.#reload({ isFirst }),
    });
  }

  /** Reads the files now, changed or not. */
  reload(): void {
    this.#reload({ isFirst: false });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#files[Symbol.asyncDispose]();
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
