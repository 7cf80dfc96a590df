import type { ClassDeclaration, MemberDeclaration, TypeReference } from './declaration.ts';
import { PermitParser } from './permit-parser.ts';
import type { Finding } from './place.ts';
import { quote } from './quote.ts';
import type { SourceText } from './source-text.ts';
import { SyntaxFailure } from './syntax-failure.ts';
import { isName, type Token } from './token.ts';
import { formatKind, TokenReader } from './token-reader.ts';

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
    const { kind } = tokens;
    if (kind === 'Error') tokens.failAtNext(({ text }) => `fatal: ${text}`);
    tokens.skip();
    if (kind === 'KeywordClass') return true;
    if (kind === 'EOF') return false;
  }
}

/** After one mistake, what else does not fit until the next class is its consequence. */
function skipBrokenClass(tokens: TokenReader): void {
  while (tokens.kind !== 'KeywordClass' && tokens.kind !== 'EOF') tokens.skip();
}

function parseClass(tokens: TokenReader): ClassDeclaration {
  const name = tokens.expectName();
  tokens.expect('implements');
  tokens.expect('Namespace');
  tokens.expect('{');
  const members: MemberDeclaration[] = [];
  const permits = new PermitParser(tokens);
  while (!tokens.skipIf('}')) {
    if (tokens.skipIf(';')) continue;
    if (tokens.optional('related')) parseRelated(tokens, members);
    else if (tokens.optional('permits')) parsePermits(tokens, permits, members);
    else tokens.failAtNext(({ text }) => `expected 'permits' or 'related', got ${quote(text)}`);
  }
  const { text, start, end } = name;
  const { mixedOperators } = permits;
  return { name: text, start, end, source: tokens.source, members, byName: firstByName(members), mixedOperators };
}

function firstByName(members: readonly MemberDeclaration[]): ReadonlyMap<string, MemberDeclaration> {
  const byName = new Map<string, MemberDeclaration>();
  for (const member of members) {
    if (!byName.has(member.relation.name)) byName.set(member.relation.name, member);
  }
  return byName;
}

function parseRelated(tokens: TokenReader, members: MemberDeclaration[]): void {
  tokens.expect(':');
  tokens.expect('{');
  while (!tokens.skipIf('}')) {
    if (!tokens.skipIf(';')) members.push(parseRelation(tokens, expectMemberName(tokens)));
  }
}

function parsePermits(tokens: TokenReader, permits: PermitParser, members: MemberDeclaration[]): void {
  tokens.expect('=');
  tokens.expect('{');
  while (!tokens.skipIf('}')) members.push(permits.parse(expectMemberName(tokens)));
}

function expectMemberName(tokens: TokenReader): Token {
  if (isName(tokens.kind)) return tokens.next();
  return tokens.failAtNext(({ kind, text }) => `expected identifier or '}', got ${formatKind(kind)} ${quote(text)}`);
}

function parseRelation(tokens: TokenReader, { text, start, end }: Token): MemberDeclaration {
  tokens.expect(':');
  const references = parseTypes(tokens);
  const types = references.map(({ type }) => type);
  return { start, end, relation: { name: text, types }, references };
}

function parseTypes(tokens: TokenReader): TypeReference[] {
  const first = tokens.expectAnything();
  if (first.text === 'Array') {
    tokens.expect('<');
    return parseUnion(tokens, '>');
  }
  const references = first.kind === '(' ? parseUnion(tokens, ')') : [parseType(tokens, first)];
  tokens.expect('[');
  tokens.expect(']');
  tokens.optional(',');
  return references;
}

function parseUnion(tokens: TokenReader, closing: ')' | '>'): TypeReference[] {
  const references: TypeReference[] = [];
  for (;;) {
    references.push(parseType(tokens, tokens.expectAnything()));
    if (tokens.skipIf(closing)) return references;
    if (!tokens.skipIf('|')) tokens.failAtNext(({ text }) => `expected '|', got ${quote(text)}`);
  }
}

function parseType(tokens: TokenReader, first: Token): TypeReference {
  if (first.text !== 'SubjectSet') return toReference(first, undefined);
  tokens.expect('<');
  const namespace = tokens.expectAnything();
  tokens.expect(',');
  const relation = tokens.expectAnything();
  tokens.expect('>');
  return toReference(namespace, relation);
}

function toReference({ text, start, end }: Token, relation: Token | undefined): TypeReference {
  return { kind: 'type', start, end, type: { namespace: text, relation: relation?.text ?? '' }, relation };
}
