import type { RelationType } from '../namespace/namespace.ts';
import type { ClassDeclaration, MemberDeclaration, TypeReference } from './declaration.ts';
import { PermitParser } from './permit-parser.ts';
import type { Finding } from './place.ts';
import { quote } from './quote.ts';
import type { SourceText } from './source-text.ts';
import { isName, type Token } from './token.ts';
import { formatKind, SyntaxFailure, TokenReader } from './token-reader.ts';

export interface ParsedDocument {
  readonly classes: readonly ClassDeclaration[];
  readonly errors: readonly Finding[];
}

/**
 * Reads the classes of a document (contract: OPL A2, A3). As the contract has it, the first mistake
 * is the only one reported. With `recover` parsing goes on with the next class, for tools and logs.
 */
export function parseDocument(source: SourceText, { recover }: { recover: boolean }): ParsedDocument {
  const tokens = new TokenReader(source);
  const classes: ClassDeclaration[] = [];
  const errors: Finding[] = [];
  while (errors.length === 0 || recover) {
    try {
      if (!skipToClass(tokens)) break;
      classes.push(parseClass(tokens));
    } catch (failure) {
      if (!(failure instanceof SyntaxFailure)) throw failure;
      errors.push(failure);
      skipBrokenClass(tokens);
    }
  }
  return { classes, errors };
}

/** Everything outside of classes is skipped. @returns false at the end of the document */
function skipToClass(tokens: TokenReader): boolean {
  for (;;) {
    const token = tokens.next();
    if (token.kind === 'KeywordClass') return true;
    if (token.kind === 'EOF') return false;
    if (token.kind === 'Error') tokens.fail(token, `fatal: ${token.text}`);
  }
}

/** After one mistake, what else does not fit until the next class is its consequence. */
function skipBrokenClass(tokens: TokenReader): void {
  for (let { kind } = tokens.peek(); kind !== 'KeywordClass' && kind !== 'EOF'; { kind } = tokens.peek()) tokens.next();
}

function parseClass(tokens: TokenReader): ClassDeclaration {
  const name = tokens.expectName();
  tokens.expect('implements', 'Namespace', '{');
  const members: MemberDeclaration[] = [];
  for (;;) {
    const token = tokens.next();
    if (token.kind === '}') return { name: name.text, place: tokens.place(name), members };
    if (token.kind === ';') continue;
    if (token.text === 'related') parseRelated(tokens, members);
    else if (token.text === 'permits') parsePermits(tokens, members);
    else tokens.fail(token, `expected 'permits' or 'related', got ${quote(token.text)}`);
  }
}

function parseRelated(tokens: TokenReader, members: MemberDeclaration[]): void {
  tokens.expect(':', '{');
  for (;;) {
    const token = tokens.next();
    if (token.kind === '}') return;
    if (token.kind !== ';') members.push(parseRelation(tokens, expectMemberName(tokens, token)));
  }
}

function parsePermits(tokens: TokenReader, members: MemberDeclaration[]): void {
  tokens.expect('=', '{');
  const permits = new PermitParser(tokens);
  for (;;) {
    const token = tokens.next();
    if (token.kind === '}') return;
    members.push(permits.parse(expectMemberName(tokens, token)));
  }
}

function expectMemberName(tokens: TokenReader, token: Token): Token {
  if (!isName(token)) {
    tokens.fail(token, `expected identifier or '}', got ${formatKind(token)} ${quote(token.text)}`);
  }
  return token;
}

function parseRelation(tokens: TokenReader, name: Token): MemberDeclaration {
  tokens.expect(':');
  const references = parseTypes(tokens);
  return {
    place: tokens.place(name),
    relation: { name: name.text, types: references.map(toType) },
    references,
    mixedOperators: [],
  };
}

function parseTypes(tokens: TokenReader): TypeReference[] {
  const first = tokens.expectAnything();
  if (first.text === 'Array') {
    tokens.expect('<');
    return parseUnion(tokens, '>');
  }
  const references = first.kind === '(' ? parseUnion(tokens, ')') : [parseType(tokens, first)];
  tokens.expect('[', ']');
  tokens.optional(',');
  return references;
}

function parseUnion(tokens: TokenReader, closing: ')' | '>'): TypeReference[] {
  const references: TypeReference[] = [];
  for (;;) {
    references.push(parseType(tokens, tokens.expectAnything()));
    const token = tokens.next();
    if (token.kind === closing) return references;
    if (token.kind !== '|') tokens.fail(token, `expected '|', got ${quote(token.text)}`);
  }
}

function parseType(tokens: TokenReader, first: Token): TypeReference {
  if (first.text !== 'SubjectSet') {
    return { kind: 'type', namespace: first.text, place: tokens.place(first), relation: undefined };
  }
  tokens.expect('<');
  const namespace = tokens.expectAnything();
  tokens.expect(',');
  const relation = tokens.expectAnything();
  tokens.expect('>');
  return {
    kind: 'type',
    namespace: namespace.text,
    place: tokens.place(namespace),
    relation: { name: relation.text, place: tokens.place(relation) },
  };
}

function toType({ namespace, relation }: TypeReference): RelationType {
  return { namespace, relation: relation?.name ?? '' };
}
