import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { CommandFailure } from '../command-failure.ts';

/** What is known of a file, and how far it is imported. */
interface State {
  readonly server: string;
  readonly size: number;
  readonly modifiedMs: number;
  /** Everything up to this line is imported. */
  readonly lines: number;
}

/** Remembers beside a file how far it is imported, until all of it is. */
export class ImportState {
  readonly #path: string;
  readonly #file: Omit<State, 'lines'>;

  /** `server` is where the file is imported to. */
  constructor({ file, server }: { file: string; server: string }) {
    const { size, mtimeMs } = statSync(file);
    this.#path = `${file}.import`;
    this.#file = { server, size, modifiedMs: Math.round(mtimeMs) };
  }

  /**
   * Up to which line the file was imported before; 0 when nothing is known.
   * @throws {CommandFailure} when the file is another one now, or went to another server
   */
  readLines(): number {
    const state = readState(this.#path);
    if (state === undefined) return 0;
    const { lines, ...file } = state;
    if (file.server !== this.#file.server) {
      throw new CommandFailure(`${this.#path}: the import went to ${file.server}: delete this file to begin anew\n`);
    }
    if (file.size !== this.#file.size || file.modifiedMs !== this.#file.modifiedMs) {
      throw new CommandFailure(`${this.#path}: the file has changed since: delete this file to begin anew\n`);
    }
    return lines;
  }

  /** Where nothing can be written nothing is remembered. */
  write(lines: number): void {
    const state: State = { ...this.#file, lines };
    try {
      writeFileSync(`${this.#path}.part`, `${JSON.stringify(state)}\n`);
      renameSync(`${this.#path}.part`, this.#path);
    } catch {
      // An import that is repeated from its beginning comes to the same end.
    }
  }

  clear(): void {
    rmSync(this.#path, { force: true });
  }
}

function readState(path: string): State | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  try {
    const state = JSON.parse(text) as State; // checked below
    if (Number.isSafeInteger(state.lines) && typeof state.server === 'string') return state;
  } catch {
    // Told below.
  }
  throw new CommandFailure(`${path}: not the state of an import: delete this file to begin anew\n`);
}
