import type { Span } from './place.ts';

/** Kinds of tokens whose text varies, by the names that error messages give them (contract: OPL A1). */
export type NamedKind =
  | 'Error'
  | 'EOF'
  | 'Identifier'
  | 'StringLiteral'
  | 'KeywordClass'
  | 'KeywordImplements'
  | 'KeywordThis'
  | 'KeywordCtx';

/** Operators are kinds of their own, named by their text. */
export type Operator =
  | '=>'
  | '||'
  | '&&'
  | ':'
  | '.'
  | '('
  | ')'
  | '['
  | ']'
  | '{'
  | '}'
  | '<'
  | '>'
  | '='
  | ','
  | ';'
  | '|'
  | '!';

export type TokenKind = NamedKind | Operator;

/** What a token is, wherever it stands. */
export interface Word {
  readonly kind: TokenKind;
  /** What it stands for: a string without its quotes, `''` at the end of input, the message of an error. */
  readonly text: string;
}

/**
 * A token and where it stands: from its first UTF-16 unit to after its last one; for a string from after
 * the opening quote to the closing one.
 */
export interface Token extends Word, Span {}

/** Whether a token of the kind may name a class, a relation or a permit. */
export function isName(kind: TokenKind): boolean {
  return kind === 'Identifier' || kind === 'StringLiteral';
}
