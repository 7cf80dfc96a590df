import { type FSWatcher, watch } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { readFileTree } from './file-tree.ts';
import { systemErrorCode } from './system-error-code.ts';

/** How long after the last sign of a change the file counts as written. */
const SETTLE_MS = 100;
/** A file that is written without a pause is looked at this often nevertheless. */
const MAX_SETTLE_MS = 2000;
/** How often to look where the system reports nothing: network drives, links swapped further up. */
const POLL_MS = 2000;

export interface PathWatcherOptions {
  readonly path: string;
  readonly onChange: () => void;
  readonly pollMs?: number | undefined;
  /** Whether to ask the system for events; without them only polling finds changes. */
  readonly events?: boolean | undefined;
}

/**
 * Watches a file or directory, whatever way it is replaced: written in place, renamed over, or
 * reached through a link that comes to lead elsewhere. Polling is what finds changes for
 * certain; the system's events, where there are any, only make it look sooner.
 */
export class PathWatcher implements Disposable {
  readonly #path: string;
  readonly #onChange: () => void;
  readonly #events: boolean;
  readonly #poll: NodeJS.Timeout;
  readonly #watchers = new Map<string, FSWatcher>();
  #settling: NodeJS.Timeout | undefined;
  #firstSignMs: number | undefined;
  #signature: string | undefined;
  #closed = false;

  constructor({ path, onChange, pollMs = POLL_MS, events = true }: PathWatcherOptions) {
    this.#path = path;
    this.#onChange = onChange;
    this.#events = events;
    this.#poll = setInterval(() => void this.#look({ isSettled: false }), pollMs);
    this.#poll.unref();
    void this.#look({ isSettled: false });
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    clearInterval(this.#poll);
    clearTimeout(this.#settling);
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  /** Compares what is there with what was there at the last look. */
  async #look({ isSettled }: { isSettled: boolean }): Promise<void> {
    const { signature, directories } = await describe(this.#path);
    if (this.#closed) return;
    if (this.#events) this.#watchDirectories(directories);
    const isSame = signature === this.#signature;
    this.#signature = signature;
    // The first look is a change too: what was read before the watch began may be older.
    if (isSettled && (isSame || this.#hasWaitedLong())) this.#report();
    else if (!isSame) this.#sign();
  }

  #watchDirectories(directories: ReadonlySet<string>): void {
    for (const [directory, watcher] of this.#watchers) {
      if (directories.has(directory)) continue;
      watcher.close();
      this.#watchers.delete(directory);
    }
    for (const directory of directories) {
      if (!this.#watchers.has(directory)) this.#watchDirectory(directory);
    }
  }

  /** Directories, not files: a watch of a file stays with the old one when another is renamed over it. */
  #watchDirectory(directory: string): void {
    try {
      const watcher = watch(directory, { persistent: false }, () => this.#sign());
      watcher.on('error', () => {
        watcher.close();
        this.#watchers.delete(directory);
      });
      this.#watchers.set(directory, watcher);
    } catch {
      // No events to be had here (limits, file systems without them): polling remains.
    }
  }

  /** There was a sign of a change; it is reported once there was none for a while. */
  #sign(): void {
    this.#firstSignMs ??= performance.now();
    if (this.#settling !== undefined && this.#hasWaitedLong()) return;
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => {
      this.#settling = undefined;
      void this.#look({ isSettled: true });
    }, SETTLE_MS);
    this.#settling.unref();
  }

  #hasWaitedLong(): boolean {
    return this.#firstSignMs !== undefined && performance.now() - this.#firstSignMs > MAX_SETTLE_MS;
  }

  #report(): void {
    this.#firstSignMs = undefined;
    this.#onChange();
  }
}

/** Where events can be expected, and what tells one state from another. A missing path is a state too. */
async function describe(path: string): Promise<{ signature: string; directories: ReadonlySet<string> }> {
  const directories = new Set([dirname(path)]);
  try {
    directories.add(dirname(await realpath(path)));
    const tree = await readFileTree(path);
    for (const directory of tree.directories) directories.add(directory);
    return { signature: tree.signature, directories };
  } catch (error) {
    return { signature: `unreadable: ${systemErrorCode(error)}`, directories };
  }
}
