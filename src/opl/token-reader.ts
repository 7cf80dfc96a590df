import { Lexer } from './lexer.ts';
import { type Place, placeIn } from './place.ts';
import { quote } from './quote.ts';
import type { SourceText } from './source-text.ts';
import { isName, type Token, type TokenKind, type Word } from './token.ts';
import type { TokenList } from './token-list.ts';

/** A mistake in a document that ends what is being parsed. */
export class SyntaxFailure extends Error {
  readonly place: Place;

  constructor(place: Place, message: string) {
    super(message);
    this.name = 'SyntaxFailure';
    this.place = place;
  }
}

/**
 * Reads tokens one by one and says what was expected where another stands. Fixed texts are
 * compared by text alone, so that a string of the same content stands for them (contract: OPL A1).
 */
export class TokenReader {
  readonly source: SourceText;
  readonly #lexer: Lexer;
  readonly #tokens: TokenList;
  /** The place of the next token among those that the lexer has at hand. */
  #index = 0;
  /** What the next token is. */
  #word: Word;

  constructor(source: SourceText) {
    this.source = source;
    this.#lexer = new Lexer(source.text);
    this.#tokens = this.#lexer.tokens;
    this.#word = this.#firstWord();
  }

  /** Of the token that comes next. */
  get kind(): TokenKind {
    return this.#word.kind;
  }

  /** The token that comes next, which stays the next one. */
  peek(): Token {
    return this.#tokens.token(this.#index, this.#word);
  }

  next(): Token {
    const token = this.peek();
    this.skip();
    return token;
  }

  skip(): void {
    this.#word = this.#tokens.word(++this.#index) ?? this.#firstWord();
  }

  /** The first of the tokens that follow. */
  #firstWord(): Word {
    this.#index = 0;
    return this.#lexer.refill();
  }

  /** Skips the next token if it is of the kind. */
  skipIf(kind: TokenKind): boolean {
    if (this.#word.kind !== kind) return false;
    this.skip();
    return true;
  }

  /** Skips the next token if it has the text. */
  optional(text: string): boolean {
    if (this.#word.text !== text) return false;
    this.skip();
    return true;
  }

  /** @throws {SyntaxFailure} when the next token does not have the expected text */
  expect(text: string): void {
    if (this.#word.text === text) this.skip();
    else this.failAtNext((token) => `expected "${text}", got ${quote(token.text)}`);
  }

  /** @throws {SyntaxFailure} at the first token that does not have the expected text */
  expectAll(texts: readonly string[]): void {
    for (const text of texts) this.expect(text);
  }

  /** @throws {SyntaxFailure} when the next token is no name */
  expectName(): Token {
    if (isName(this.kind)) return this.next();
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
}

/** The kind as messages name it: operators in double quotes. */
export function formatKind(kind: TokenKind): string {
  return /^[A-Z]/.test(kind) ? kind : `"${kind}"`;
}
