import { renameSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const REPLACE_EVERY_MS = 500;
const RELOAD_LIMIT_MS = 10_000;

/** A model on disk; each replacement declares a namespace that no other one has. */
export class ModelFile {
  readonly path: string;
  readonly #text: string;
  #replacements = 0;

  constructor(path: string, text: string) {
    this.path = path;
    this.#text = text;
    this.#replace();
  }

  get replacements(): number {
    return this.#replacements;
  }

  /** Replaces it again and again until `run` has ended. */
  async whileReplaced<T>(run: () => Promise<T>): Promise<T> {
    const timer = setInterval(() => this.#replace(), REPLACE_EVERY_MS);
    try {
      return await run();
    } finally {
      clearInterval(timer);
    }
  }

  /** Resolves when the server at the port has taken the newest one. @throws when it does not */
  async untilServed(port: number): Promise<void> {
    const giveUpAt = performance.now() + RELOAD_LIMIT_MS;
    for (;;) {
      const text = await (await fetch(`http://127.0.0.1:${port}/namespaces`)).text();
      if (text.includes(`"Generation${this.#replacements}"`)) return;
      if (performance.now() > giveUpAt) throw new Error('the server did not reload its model');
      await sleep(20);
    }
  }

  #replace(): void {
    this.#replacements++;
    const next = `${this.path}.next`;
    writeFileSync(next, `${this.#text}class Generation${this.#replacements} implements Namespace {}\n`);
    renameSync(next, this.path);
  }
}
