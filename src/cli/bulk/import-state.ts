import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { CommandFailure } from '../command-failure.ts';
import type { Prefix, PrefixDigest } from './prefix-digest.ts';

/** How far a file is imported: so many lines, of which its beginning consists. */
export interface ImportedLines extends Prefix {
  readonly lines: number;
}

interface State extends ImportedLines {
  readonly server: string;
}

/** Remembers beside a file how far it is imported, until all of it is. */
export class ImportState {
  readonly #path: string;
  readonly #server: string;

  /** `server` is where the file is imported to. */
  constructor({ file, server }: { file: string; server: string }) {
    this.#path = `${file}.import`;
    this.#server = server;
  }

  /**
   * Skips what was imported before, whatever comes behind it now.
   * @returns what was skipped; undefined when nothing is known
   * @throws {CommandFailure} when the file begins otherwise now, or went to another server
   */
  async resume(input: PrefixDigest): Promise<ImportedLines | undefined> {
    const state = readState(this.#path);
    if (state === undefined) return undefined;
    const { server, lines } = state;
    if (server !== this.#server) {
      throw new CommandFailure(`${this.#path}: the import went to ${server}: delete this file to begin anew\n`);
    }
    if (await input.skip(state)) return state;
    const changed = `lines 1 to ${lines} are imported, and have changed since`;
    throw new CommandFailure(`${this.#path}: ${changed}: delete this file to begin anew\n`);
  }

  /** Where nothing can be written nothing is remembered. */
  write({ lines, bytes, sha256 }: ImportedLines): void {
    const state: State = { server: this.#server, lines, bytes, sha256 };
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
    const { server, lines, bytes, sha256 } = state;
    const isCounted = Number.isSafeInteger(lines) && Number.isSafeInteger(bytes);
    if (isCounted && typeof server === 'string' && typeof sha256 === 'string') return state;
  } catch {
    // Told below.
  }
  throw new CommandFailure(`${path}: not the state of an import: delete this file to begin anew\n`);
}
