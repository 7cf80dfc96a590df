import type { LogDestination } from './log-destination.ts';

/**
 * Writes to a destination, and gathers what may wait until the current turn of the event loop has ended: a system call
 * for each of them is what lines of requests would cost most. The order of all lines is kept.
 */
export class TurnBuffer implements LogDestination {
  readonly #output: LogDestination;
  #gathered = '';

  constructor({ output }: { output: LogDestination }) {
    this.#output = output;
    process.once('exit', () => this.#flush());
  }

  write(line: string): void {
    this.#flush();
    this.#output.write(line);
  }

  writeLater(line: string): void {
    if (this.#gathered === '') setImmediate(() => this.#flush());
    this.#gathered += line;
  }

  #flush(): void {
    if (this.#gathered === '') return;
    const lines = this.#gathered;
    this.#gathered = '';
    this.#output.write(lines);
  }
}
