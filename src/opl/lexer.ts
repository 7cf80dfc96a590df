import { quote } from './quote.ts';
import type { Operator, Word } from './token.ts';
import { TokenList } from './token-list.ts';

const NOT_BLANK = /[^\t\n\v\f\r ]/g;
const WORD = /[A-Za-z0-9_]*/y;

const OPERATORS = ['=>', '||', '&&', ...':.()[]{}<>=,;|!'] as Operator[]; // the characters are operators
const KNOWN: readonly Word[] = [
  ...OPERATORS.map((operator) => ({ kind: operator, text: operator })),
  { kind: 'KeywordClass', text: 'class' },
  { kind: 'KeywordImplements', text: 'implements' },
  { kind: 'KeywordThis', text: 'this' },
  { kind: 'KeywordCtx', text: 'ctx' },
];
const END: Word = { kind: 'EOF', text: '' };

/** What the ASCII characters begin: an operator of one character, whose number it is, or one of those below. */
const BEGINNINGS: Uint8Array = new Uint8Array(128);
const NOTHING = 255;
const LETTER = 254;
const QUOTE = 253;
const SLASH = 252;
const AMPERSAND = 251;
BEGINNINGS.fill(NOTHING);
KNOWN.forEach(({ text }, number) => {
  if (text.length === 1) mark(text, number);
});
mark('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_', LETTER);
mark('"\'', QUOTE);
mark('/', SLASH);
mark('&', AMPERSAND);

function mark(characters: string, beginning: number): void {
  for (const character of characters) BEGINNINGS[character.charCodeAt(0)] = beginning;
}

/** Cuts a document into tokens (contract: OPL A1), a stretch at a time. */
export class Lexer {
  readonly tokens: TokenList;
  readonly #source: string;
  /** The numbers of words, operators included, of strings and of errors, by their texts. */
  readonly #words: Map<string, number>;
  readonly #strings = new Map<string, number>();
  readonly #errors = new Map<string, number>();
  readonly #end: number;
  #offset = 0;
  #hasFailed = false;

  constructor(source: string) {
    this.#source = source;
    this.tokens = new TokenList(KNOWN);
    this.#words = new Map(KNOWN.map(({ text }, number) => [text, number]));
    this.#end = this.tokens.define(END);
  }

  /**
   * Replaces the tokens by those that follow. @returns the first of them. In the place of what does not lex stands an
   * `Error`, whose text is the message, and then what follows; at the end of input `EOF`, again and again.
   */
  refill(): Word {
    const source = this.#source;
    this.tokens.clear();
    NOT_BLANK.lastIndex = this.#offset;
    while (!this.tokens.isFull && NOT_BLANK.test(source)) {
      this.#offset = this.#next(NOT_BLANK.lastIndex - 1);
      NOT_BLANK.lastIndex = this.#offset;
    }
    if (!this.tokens.isFull) this.tokens.add(this.#end, source.length, source.length);
    return this.tokens.word(0) ?? END;
  }

  // These read a token or comment. @returns the offset after it

  #next(start: number): number {
    const beginning = BEGINNINGS[this.#source.charCodeAt(start)];
    switch (beginning) {
      case LETTER:
        return this.#word(start);
      case QUOTE:
        return this.#string(start);
      case SLASH:
        return this.#comment(start);
      case NOTHING:
      case undefined:
        return this.#unknown(start);
      default:
        return this.#operator(start, beginning);
    }
  }

  #word(start: number): number {
    WORD.lastIndex = start;
    WORD.test(this.#source);
    const end = WORD.lastIndex;
    const text = this.#source.slice(start, end);
    this.tokens.add(this.#words.get(text) ?? this.#define(this.#words, { kind: 'Identifier', text }), start, end);
    return end;
  }

  #operator(start: number, number: number): number {
    const second = this.#source.charAt(start + 1);
    if (second === '>' || second === '|' || second === '&') {
      const long = this.#words.get(this.#source.slice(start, start + 2));
      if (long !== undefined) {
        this.tokens.add(long, start, start + 2);
        return start + 2;
      }
    }
    if (number === AMPERSAND) return this.#unknown(start);
    this.tokens.add(number, start, start + 1);
    return start + 1;
  }

  #string(opening: number): number {
    const start = opening + 1;
    const end = this.#source.indexOf(this.#source.charAt(opening), start);
    // The contract's positions leave the quote out, but for one at the very beginning of the document.
    if (end === -1) return this.#unclosed('string literal', start === 1 ? 0 : start);
    const text = this.#source.slice(start, end);
    const number = this.#strings.get(text) ?? this.#define(this.#strings, { kind: 'StringLiteral', text });
    this.tokens.add(number, start, end);
    return end + 1;
  }

  #comment(start: number): number {
    const source = this.#source;
    if (source.startsWith('//', start)) {
      const lineFeed = source.indexOf('\n', start);
      return lineFeed === -1 ? source.length : lineFeed;
    }
    if (!source.startsWith('/*', start)) return this.#unknown(start);
    const close = source.indexOf('*/', start + 2);
    return close === -1 ? this.#unclosed('comment', start) : close + 2;
  }

  #unclosed(what: string, start: number): number {
    this.#fail(`at "": unclosed ${what}`, start, this.#source.length);
    return this.#source.length;
  }

  #unknown(start: number): number {
    const character = String.fromCodePoint(this.#source.codePointAt(start) ?? 0);
    // The contract's text holds the rest of the document. Only the first error does: with
    // it in each, the messages of a broken document would be quadratic in its size.
    const message = this.#hasFailed
      ? `unexpected character ${quote(character)}`
      : `at ${quote(this.#source.slice(start))}: unexpected token ${printable(character)}`;
    this.#hasFailed = true;
    // The contract's position is empty, but for one at the very beginning of the document.
    this.#fail(message, start, Math.max(start, 1));
    return start + character.length;
  }

  #fail(text: string, start: number, end: number): void {
    this.tokens.add(this.#errors.get(text) ?? this.#define(this.#errors, { kind: 'Error', text }), start, end);
  }

  #define(numbers: Map<string, number>, word: Word): number {
    const number = this.tokens.define(word);
    numbers.set(word.text, number);
    return number;
  }
}

/** The character as it is, or its escape when it does not print. */
function printable(character: string): string {
  return /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(character) ? character : quote(character).slice(1, -1);
}
