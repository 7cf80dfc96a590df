import { Lexer } from './lexer.ts';
import type { Place } from './place.ts';
import { quote } from './quote.ts';
import type { SourceText } from './source-text.ts';
import { isName, type Token } from './token.ts';

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
  readonly #source: SourceText;
  readonly #lexer: Lexer;
  #peeked: Token | undefined;

  constructor(source: SourceText) {
    this.#source = source;
    this.#lexer = new Lexer(source.text);
  }

  next(): Token {
    const token = this.peek();
    this.#peeked = undefined;
    return token;
  }

  peek(): Token {
    this.#peeked ??= this.#lexer.next();
    return this.#peeked;
  }

  /** @throws {SyntaxFailure} at the first token that does not have the expected text */
  expect(...texts: readonly string[]): void {
    for (const text of texts) {
      const token = this.next();
      if (token.text !== text) this.fail(token, `expected "${text}", got ${quote(token.text)}`);
    }
  }

  /** Reads the texts if the next token is the first of them. */
  optional(first: string, ...rest: readonly string[]): void {
    if (this.peek().text !== first) return;
    this.next();
    this.expect(...rest);
  }

  /** @throws {SyntaxFailure} when the next token is no name */
  expectName(): Token {
    const token = this.next();
    if (!isName(token)) this.fail(token, `expected identifier, got ${formatKind(token)}`);
    return token;
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

  place(token: Token): Place {
    return { source: this.#source, start: token.start, end: token.end };
  }

  fail(token: Token, message: string): never {
    throw new SyntaxFailure(this.place(token), message);
  }
}

/** The kind as messages name it: operators in double quotes. */
export function formatKind({ kind }: Token): string {
  return /^[A-Z]/.test(kind) ? kind : `"${kind}"`;
}
