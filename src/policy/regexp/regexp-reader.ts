import { RegexpSyntaxError } from './regexp-syntax-error.ts';

/** Reads the text of an expression from front to back, in code points. */
export class RegexpReader {
  readonly #text: string;
  #position = 0;
  /** Texts that do not occur in the rest; looking for them again and again would take the square of the length. */
  readonly #absent = new Set<string>();

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#position >= this.#text.length;
  }

  /** Whether the rest begins so. */
  isAt(start: string): boolean {
    return this.#text.startsWith(start, this.#position);
  }

  /** Reads the text if the rest begins with it. */
  take(start: string): boolean {
    if (!this.isAt(start)) return false;
    this.#position += start.length;
    return true;
  }

  /** Reads what a sticky expression matches here; `undefined` and nothing read if it does not. */
  takeMatch(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.#position;
    const match = expression.exec(this.#text);
    if (match === null) return undefined;
    this.#position += match[0].length;
    return match;
  }

  /** Reads up to a text and the text itself; `undefined` and nothing read if it does not occur. */
  takeUntil(end: string): string | undefined {
    const at = this.#absent.has(end) ? -1 : this.#text.indexOf(end, this.#position);
    if (at < 0) {
      this.#absent.add(end);
      return undefined;
    }
    const taken = this.#text.slice(this.#position, at);
    this.#position = at + end.length;
    return taken;
  }

  takeRest(): string {
    const rest = this.#text.slice(this.#position);
    this.#position = this.#text.length;
    return rest;
  }

  takeCodePoint(): number {
    const codePoint = this.#text.codePointAt(this.#position);
    if (codePoint === undefined) throw new RegexpSyntaxError('ends too early');
    this.#position += codePoint > 0xffff ? 2 : 1;
    return codePoint;
  }
}
