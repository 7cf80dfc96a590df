import type { Token, Word } from './token.ts';

const CAPACITY = 1024;

/**
 * A stretch of the tokens of a document. Kept in columns of numbers and not as objects: a large document has
 * hundreds of thousands of tokens, made of few different words, and most are looked at only in passing.
 */
export class TokenList {
  /** Different words by number. */
  readonly #words: Word[];
  readonly #numbers = new Int32Array(CAPACITY);
  readonly #starts = new Int32Array(CAPACITY);
  readonly #ends = new Int32Array(CAPACITY);
  #length = 0;

  /** The words known beforehand have the numbers from 0. */
  constructor(known: readonly Word[]) {
    this.#words = [...known];
  }

  get isFull(): boolean {
    return this.#length === CAPACITY;
  }

  /** @returns the word's number */
  define(word: Word): number {
    return this.#words.push(word) - 1;
  }

  /** Invariant: the list is not full. */
  add(number: number, start: number, end: number): void {
    this.#numbers[this.#length] = number;
    this.#starts[this.#length] = start;
    this.#ends[this.#length++] = end;
  }

  /** Removes the tokens; the words stay. */
  clear(): void {
    this.#length = 0;
  }

  /** @returns undefined behind the last token */
  word(index: number): Word | undefined {
    return index < this.#length ? this.#words[this.#numbers[index] as number] : undefined;
  }

  /** The token that `word` tells of. */
  token(index: number, { kind, text }: Word): Token {
    return { kind, text, start: this.#starts[index] as number, end: this.#ends[index] as number };
  }
}
