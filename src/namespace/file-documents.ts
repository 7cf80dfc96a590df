import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DocumentSource, ModelDocument } from './document-source.ts';
import { readFileTree, type TreeFile } from './file-tree.ts';
import { PathWatcher } from './path-watcher.ts';
import { systemErrorCode } from './system-error-code.ts';

const EMPTY_FILE_GRACE_MS = 1000;
const EMPTY_FILE_LOOK_MS = 50;

/** A file, or all files of a directory and its sub-directories. */
export class FileDocuments implements DocumentSource {
  readonly #path: string;
  readonly #pollMs: number | undefined;
  readonly #events: boolean | undefined;
  #watcher: PathWatcher | undefined;

  constructor({ path, pollMs, events }: { path: string; pollMs?: number | undefined; events?: boolean | undefined }) {
    this.#path = path;
    this.#pollMs = pollMs;
    this.#events = events;
  }

  async read(): Promise<readonly ModelDocument[]> {
    try {
      const { files } = await readFileTree(this.#path);
      return await Promise.all(files.map(readDocument));
    } catch (error) {
      throw new Error(`cannot read ${JSON.stringify(basename(this.#path))}: ${reason(error)}`, { cause: error });
    }
  }

  watch(onChange: () => void): void {
    this.#watcher = new PathWatcher({ path: this.#path, onChange, pollMs: this.#pollMs, events: this.#events });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#watcher?.[Symbol.dispose]();
  }
}

/** Who writes a file in place empties it first: one that has just become empty is looked at again. */
async function readDocument({ name, path }: TreeFile): Promise<ModelDocument> {
  for (;;) {
    const bytes = await readFile(path);
    if (bytes.length > 0) return { name, bytes };
    const ageMs = Date.now() - (await stat(path)).mtimeMs;
    if (ageMs < 0 || ageMs > EMPTY_FILE_GRACE_MS) return { name, bytes };
    await sleep(EMPTY_FILE_LOOK_MS);
  }
}

/** The system's own text names the path, which clients must not see. */
function reason(error: unknown): string {
  const code = systemErrorCode(error);
  switch (code) {
    case 'ENOENT':
      return 'no such file or directory';
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    default:
      return code ?? 'unreadable';
  }
}
