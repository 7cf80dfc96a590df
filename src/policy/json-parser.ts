import type { JsonValue } from './json-value.ts';
import { InvalidPolicyError } from './policy-error.ts';

/** Deep enough for every condition; a document that nests deeper would overflow the stack of whoever reads it. */
const MAX_DEPTH = 1_000;

const SPACE = /[\t\n\r ]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const LONE_SURROGATE = /\p{Surrogate}/gu;

/**
 * Reads the first JSON value of a text; what follows it is not looked at (contract: acp §1).
 * Of objects every entry is told in its order, repeated keys too, so the reader decides which
 * counts. Throws an `InvalidPolicyError`.
 */
export class JsonParser {
  readonly #text: string;
  #position = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#skipSpace();
  }

  /** The next value as it stands; of a repeated key the last value counts. */
  readValue(): JsonValue {
    if (this.isAt('{')) {
      const members: { [key: string]: JsonValue } = Object.create(null) as { [key: string]: JsonValue };
      this.readObject((key) => {
        members[key] = this.readValue();
      });
      return members;
    }
    if (this.isAt('[')) {
      const items: JsonValue[] = [];
      this.readArray(() => items.push(this.readValue()));
      return items;
    }
    return this.#readScalar();
  }

  /** Whether the next value begins with this character. */
  isAt(character: string): boolean {
    return this.#text[this.#position] === character;
  }

  /** Reads an object; `readMember` is called at each member's value and has to read it. */
  readObject(readMember: (key: string) => void): void {
    this.#readList('{', '}', () => {
      const key = this.#readString();
      this.#take(':');
      readMember(key);
    });
  }

  /** Reads an array; `readItem` is called at each item and has to read it. */
  readArray(readItem: () => void): void {
    this.#readList('[', ']', readItem);
  }

  #readList(open: string, close: string, readEntry: () => void): void {
    if (++this.#depth > MAX_DEPTH) throw new InvalidPolicyError(`the JSON nests deeper than ${MAX_DEPTH} levels`);
    this.#take(open);
    if (!this.isAt(close)) {
      readEntry();
      while (this.isAt(',')) {
        this.#take(',');
        readEntry();
      }
    }
    this.#take(close);
    this.#depth--;
  }

  #readScalar(): JsonValue {
    if (this.isAt('"')) return this.#readString();
    for (const [word, value] of [
      ['null', null],
      ['true', true],
      ['false', false],
    ] as const) {
      if (this.#text.startsWith(word, this.#position)) {
        this.#advance(word.length);
        return value;
      }
    }
    const number = this.#match(NUMBER);
    if (number === undefined) throw this.#unexpected();
    const value = Number(number);
    if (!Number.isFinite(value)) throw new InvalidPolicyError(`the number ${number.slice(0, 40)} is too large`);
    return value;
  }

  #readString(): string {
    const literal = this.#text.slice(this.#position, this.#endOfString());
    let value: string;
    try {
      value = JSON.parse(literal) as string; // Invariant: a text in quotes is a string or no JSON
    } catch {
      throw new InvalidPolicyError(`invalid string at character ${this.#position} of the JSON`);
    }
    this.#advance(literal.length);
    // Half a surrogate pair is no character; what is stored is what another program can read.
    return value.replace(LONE_SURROGATE, '\ufffd');
  }

  /** The position after the next quote that no backslash escapes. */
  #endOfString(): number {
    if (!this.isAt('"')) throw this.#unexpected();
    for (let at = this.#position + 1; ; at++) {
      at = this.#text.indexOf('"', at);
      if (at < 0) throw new InvalidPolicyError('the JSON ends too early');
      let backslashes = 0;
      while (this.#text[at - 1 - backslashes] === '\\') backslashes++;
      if (backslashes % 2 === 0) return at + 1;
    }
  }

  #take(character: string): void {
    if (!this.isAt(character)) throw this.#unexpected();
    this.#advance(1);
  }

  #match(expression: RegExp): string | undefined {
    expression.lastIndex = this.#position;
    const found = expression.exec(this.#text)?.[0];
    if (found !== undefined) this.#advance(found.length);
    return found;
  }

  #advance(length: number): void {
    this.#position += length;
    this.#skipSpace();
  }

  #skipSpace(): void {
    SPACE.lastIndex = this.#position;
    this.#position += SPACE.exec(this.#text)?.[0].length ?? 0;
  }

  #unexpected(): InvalidPolicyError {
    const found = this.#text.codePointAt(this.#position);
    if (found === undefined) return new InvalidPolicyError('the JSON ends too early');
    const shown = JSON.stringify(String.fromCodePoint(found));
    return new InvalidPolicyError(`unexpected ${shown} at character ${this.#position} of the JSON`);
  }
}
