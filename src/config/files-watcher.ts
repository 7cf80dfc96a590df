import { stat } from 'node:fs/promises';
import { setInterval } from 'node:timers/promises';

/**
 * Files are asked for their state instead of being watched by the kernel: asking sees atomic renames,
 * swapped symbolic links and network file systems alike, and nothing of the neighbours in a directory.
 */
const POLL_INTERVAL_MS = 250;

export interface FilesWatcherOptions {
  readonly files: readonly string[];
  /**
   * The files are as they were a moment ago, and not as they were at the last call. The first call comes in any
   * case: what was read before the watch began may be older. It must not throw.
   */
  readonly onSettled: (look: { readonly isFirst: boolean }) => void;
}

/** Watches some files as one: changes that come close together are told once, when the last is done; until disposed. */
export class FilesWatcher implements AsyncDisposable {
  readonly #options: FilesWatcherOptions;
  readonly #disposal = new AbortController();
  readonly #watching: Promise<void>;

  constructor(options: FilesWatcherOptions) {
    this.#options = options;
    this.#watching = this.#watch();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposal.abort();
    await this.#watching;
  }

  async #watch(): Promise<void> {
    const { signal } = this.#disposal;
    const { files, onSettled } = this.#options;
    let latest: string | undefined;
    let examined: string | undefined;
    try {
      for await (const _ of setInterval(POLL_INTERVAL_MS, undefined, { ref: false, signal })) {
        const state = (await Promise.all(files.map(fileState))).join();
        // A file that differs from one look to the next is still being written.
        const isSettled = state === latest;
        latest = state;
        if (!isSettled || state === examined || signal.aborted) continue;
        onSettled({ isFirst: examined === undefined });
        examined = state;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
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
