import { quote } from './quote.ts';
import type { NamedKind, Operator, Token } from './token.ts';

const KEYWORDS: ReadonlyMap<string, NamedKind> = new Map([
  ['class', 'KeywordClass'],
  ['implements', 'KeywordImplements'],
  ['this', 'KeywordThis'],
  ['ctx', 'KeywordCtx'],
]);

const BLANK = /[\t\n\v\f\r ]+|\/\/[^\n]*/y;
const IDENTIFIER = /[A-Za-z_][A-Za-z0-9_]*/y;
const OPERATOR = /=>|\|\||&&|[:.()[\]{}<>=,;|!]/y;

/** Cuts a document into tokens, one at a time (contract: OPL A1). */
export class Lexer {
  readonly #source: string;
  #offset = 0;
  #failed = false;

  constructor(source: string) {
    this.#source = source;
  }

  /**
   * The next token. After what does not lex comes an `Error` token, whose text is the
   * message, and then what follows; at the end of input `EOF`, again and again.
   */
  next(): Token {
    const unclosed = this.#skipBlanks();
    if (unclosed !== undefined) return unclosed;
    const start = this.#offset;
    if (start >= this.#source.length) return { kind: 'EOF', text: '', start, end: start };

    const word = this.#match(IDENTIFIER);
    if (word !== undefined) return { kind: KEYWORDS.get(word) ?? 'Identifier', text: word, start, end: this.#offset };

    const operator = this.#match(OPERATOR);
    // The pattern matches operators only.
    if (operator !== undefined) return { kind: operator as Operator, text: operator, start, end: this.#offset };

    const opening = this.#source[start];
    return opening === '"' || opening === "'" ? this.#string(opening) : this.#unknown();
  }

  /** @returns an error token when a comment is not closed */
  #skipBlanks(): Token | undefined {
    for (;;) {
      if (this.#match(BLANK) !== undefined) continue;
      if (!this.#source.startsWith('/*', this.#offset)) return undefined;
      const close = this.#source.indexOf('*/', this.#offset + 2);
      if (close === -1) return this.#unclosed('comment', this.#offset);
      this.#offset = close + 2;
    }
  }

  #string(opening: string): Token {
    const start = this.#offset + 1;
    const end = this.#source.indexOf(opening, start);
    // The contract's positions leave the quote out, but for one at the very beginning of the document.
    if (end === -1) return this.#unclosed('string literal', start === 1 ? 0 : start);
    this.#offset = end + 1;
    return { kind: 'StringLiteral', text: this.#source.slice(start, end), start, end };
  }

  #unclosed(what: string, start: number): Token {
    this.#offset = this.#source.length;
    return { kind: 'Error', text: `at "": unclosed ${what}`, start, end: this.#offset };
  }

  #unknown(): Token {
    const start = this.#offset;
    const character = String.fromCodePoint(this.#source.codePointAt(start) ?? 0);
    this.#offset += character.length;
    // The contract's text holds the rest of the document. Only the first error does: with
    // it in each, the messages of a broken document would be quadratic in its size.
    const text = this.#failed
      ? `unexpected character ${quote(character)}`
      : `at ${quote(this.#source.slice(start))}: unexpected token ${printable(character)}`;
    this.#failed = true;
    // The contract's position is empty, but for one at the very beginning of the document.
    return { kind: 'Error', text, start, end: Math.max(start, 1) };
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#offset;
    const text = pattern.exec(this.#source)?.[0];
    if (text !== undefined) this.#offset += text.length;
    return text;
  }
}

/** The character as it is, or its escape when it does not print. */
function printable(character: string): string {
  return /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(character) ? character : quote(character).slice(1, -1);
}
