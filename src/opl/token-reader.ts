import { placeIn } from './place.ts';
import { quote } from './quote.ts';
import type { SourceText } from './source-text.ts';
import { SyntaxFailure } from './syntax-failure.ts';
import { isName, type Operator, type Token, type TokenKind, type Word } from './token.ts';

const NOT_BLANK = /[^\t\n\v\f\r ]/g;
const WORD = /[A-Za-z0-9_]*/y;

/** What the ASCII characters begin; 0 begins nothing, or a string, a comment or `&&`. */
const BEGINNINGS: Uint8Array = new Uint8Array(128);
const LETTER = 1;
const OPERATOR = 2;
for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_') BEGINNINGS[letter.charCodeAt(0)] = LETTER;
for (const operator of ':.()[]{}<>=,;|!') BEGINNINGS[operator.charCodeAt(0)] = OPERATOR;

const KEYWORDS: readonly Word[] = [
  { kind: 'KeywordClass', text: 'class' },
  { kind: 'KeywordImplements', text: 'implements' },
  { kind: 'KeywordThis', text: 'this' },
  { kind: 'KeywordCtx', text: 'ctx' },
];

/**
 * Cuts a document into tokens (contract: OPL A1), reads them one by one and says what was expected where another
 * stands. Fixed texts are compared by text alone, so that a string of the same content stands for them. In the place
 * of what does not lex stands an `Error`, whose text is the message, and then what follows; at the end of input `EOF`,
 * again and again.
 *
 * A large document has hundreds of thousands of tokens, most of which are looked at in passing: they are fields of the
 * reader, and only what is kept or told about becomes an object.
 */
export class TokenReader {
  readonly source: SourceText;
  readonly #document: string;
  /** The words met so far: each is one string, however often the document has it. */
  readonly #words: Map<string, Word> = new Map(KEYWORDS.map((word) => [word.text, word]));
  /** The token that comes next. */
  #kind: TokenKind = 'EOF';
  #text = '';
  #start = 0;
  #end = 0;
  /** Where the one after it is looked for. */
  #offset = 0;
  #hasFailed = false;

  constructor(source: SourceText) {
    this.source = source;
    this.#document = source.text;
    this.skip();
  }

  /** Of the token that comes next. */
  get kind(): TokenKind {
    return this.#kind;
  }

  /** The token that comes next, which stays the next one. */
  peek(): Token {
    return { kind: this.#kind, text: this.#text, start: this.#start, end: this.#end };
  }

  next(): Token {
    const token = this.peek();
    this.skip();
    return token;
  }

  /** Skips the next token if it is of the kind. */
  skipIf(kind: TokenKind): boolean {
    if (this.#kind !== kind) return false;
    this.skip();
    return true;
  }

  /** Skips the next token if it has the text. */
  optional(text: string): boolean {
    if (this.#text !== text) return false;
    this.skip();
    return true;
  }

  /** @throws {SyntaxFailure} when the next token does not have the expected text */
  expect(text: string): void {
    if (this.#text === text) this.skip();
    else this.failAtNext((token) => `expected "${text}", got ${quote(token.text)}`);
  }

  /** @throws {SyntaxFailure} at the first token that does not have the expected text */
  expectAll(texts: readonly string[]): void {
    for (const text of texts) this.expect(text);
  }

  /** @throws {SyntaxFailure} when the next token is no name */
  expectName(): Token {
    if (isName(this.#kind)) return this.next();
    return this.failAtNext(({ kind }) => `expected identifier, got ${formatKind(kind)}`);
  }

  /**
   * Whatever comes next: where types and properties are named every token is a name (contract: OPL A3).
   * @throws {SyntaxFailure} at the end of input and at what does not lex
   */
  expectAnything(): Token {
    const token = this.next();
    if (token.kind === 'EOF') this.fail(token, 'expected a name, got the end of the document');
    if (token.kind === 'Error') this.fail(token, `expected a name, got ${quote(token.text)}`);
    return token;
  }

  /** The next token, which is read, is a mistake. */
  failAtNext(message: (token: Token) => string): never {
    const token = this.next();
    this.fail(token, message(token));
  }

  fail(token: Token, message: string): never {
    throw new SyntaxFailure(placeIn(this.source, token), message);
  }

  /**
   * Goes on to the token after the next. All of the common tokens are cut here: calls would be most of the work, and
   * compilers copy small functions to wherever they are called.
   */
  skip(): void {
    const document = this.#document;
    NOT_BLANK.lastIndex = this.#offset;
    while (NOT_BLANK.test(document)) {
      const start = NOT_BLANK.lastIndex - 1;
      const beginning = BEGINNINGS[document.charCodeAt(start)];
      if (beginning === LETTER) {
        WORD.lastIndex = start;
        WORD.test(document);
        const written = document.slice(start, WORD.lastIndex);
        const word = this.#words.get(written) ?? this.#newWord(written);
        this.#kind = word.kind;
        this.#text = word.text;
        this.#start = start;
        this.#end = WORD.lastIndex;
        this.#offset = WORD.lastIndex;
        return;
      }
      if (beginning === OPERATOR) {
        let operator = document.charAt(start) as Operator; // it is one of those
        if (operator === '=' && document.charAt(start + 1) === '>') operator = '=>';
        else if (operator === '|' && document.charAt(start + 1) === '|') operator = '||';
        this.#kind = operator;
        this.#text = operator;
        this.#start = start;
        this.#end = start + operator.length;
        this.#offset = this.#end;
        return;
      }
      if (this.#skipOther(start)) return;
      NOT_BLANK.lastIndex = this.#offset;
    }
    this.#stand('EOF', '', document.length, document.length);
  }

  #newWord(text: string): Word {
    const word: Word = { kind: 'Identifier', text };
    this.#words.set(text, word);
    return word;
  }

  /** @returns whether that was a token, and not a comment */
  #skipOther(start: number): boolean {
    const document = this.#document;
    const first = document.charAt(start);
    const pair = document.slice(start, start + 2);
    if (pair === '//') {
      const lineFeed = document.indexOf('\n', start);
      this.#offset = lineFeed === -1 ? document.length : lineFeed;
      return false;
    }
    if (pair === '/*') {
      const close = document.indexOf('*/', start + 2);
      if (close === -1) this.#stand('Error', 'at "": unclosed comment', start, document.length);
      else this.#offset = close + 2;
      return close === -1;
    }
    if (pair === '&&') this.#stand('&&', '&&', start, start + 2);
    else if (first === '"' || first === "'") this.#skipString(first, start + 1);
    else this.#skipUnknown(start);
    return true;
  }

  #skipString(quotes: string, start: number): void {
    const document = this.#document;
    const end = document.indexOf(quotes, start);
    if (end === -1) {
      // The contract's positions leave the quote out, but for one at the very beginning of the document.
      this.#stand('Error', 'at "": unclosed string literal', start === 1 ? 0 : start, document.length);
      return;
    }
    this.#stand('StringLiteral', document.slice(start, end), start, end);
    this.#offset = end + 1;
  }

  #skipUnknown(start: number): void {
    const character = String.fromCodePoint(this.#document.codePointAt(start) ?? 0);
    // The contract's text holds the rest of the document. Only the first error does: with
    // it in each, the messages of a broken document would be quadratic in its size.
    const text = this.#hasFailed
      ? `unexpected character ${quote(character)}`
      : `at ${quote(this.#document.slice(start))}: unexpected token ${printable(character)}`;
    this.#hasFailed = true;
    // The contract's position is empty, but for one at the very beginning of the document.
    this.#stand('Error', text, start, Math.max(start, 1));
    this.#offset = start + character.length;
  }

  #stand(kind: TokenKind, text: string, start: number, end: number): void {
    this.#kind = kind;
    this.#text = text;
    this.#start = start;
    this.#end = end;
    this.#offset = end;
  }
}

/** The kind as messages name it: operators in double quotes. */
export function formatKind(kind: TokenKind): string {
  return /^[A-Z]/.test(kind) ? kind : `"${kind}"`;
}

/** The character as it is, or its escape when it does not print. */
function printable(character: string): string {
  return /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(character) ? character : quote(character).slice(1, -1);
}
