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

export interface Token {
  readonly kind: NamedKind | Operator;
  /** What the token stands for: a string without its quotes, `''` at the end of input, the message of an error. */
  readonly text: string;
  /** Offset of the first UTF-16 unit; for a string the one after the opening quote. */
  readonly start: number;
  /** Offset after the last unit; for a string that of the closing quote. */
  readonly end: number;
}

/** Whether the token may name a class, a relation or a permit. */
export function isName(token: Token): boolean {
  return token.kind === 'Identifier' || token.kind === 'StringLiteral';
}
