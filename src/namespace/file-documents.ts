import { readFile } from 'node:fs/promises';
import type { DocumentSource, ModelDocument } from './document-source.ts';
import { readFileTree, type TreeFile } from './file-tree.ts';
import { PathWatcher } from './path-watcher.ts';

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
      throw new Error(`cannot read the namespaces: ${reason(error)}`, { cause: error });
    }
  }

  watch(onChange: () => void): void {
    this.#watcher = new PathWatcher({ path: this.#path, onChange, pollMs: this.#pollMs, events: this.#events });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#watcher?.[Symbol.dispose]();
  }
}

async function readDocument({ name, path }: TreeFile): Promise<ModelDocument> {
  return { name, bytes: await readFile(path) };
}

/** The system's own text names the path, which clients must not see. */
function reason(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
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
