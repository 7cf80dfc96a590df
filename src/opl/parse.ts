import type { RulePlaces } from '../namespace/model.ts';
import type { Namespace } from '../namespace/namespace.ts';
import { checkCycles } from './cycle-check.ts';
import { DeclarationIndex } from './declaration-index.ts';
import { DeclaredPlaces } from './declared-places.ts';
import type { Diagnostic } from './diagnostic.ts';
import { lint } from './lint.ts';
import { parseDocument } from './parse-document.ts';
import { type Finding, type Place, toDiagnostic } from './place.ts';
import { SourceText } from './source-text.ts';
import { checkTypes } from './type-check.ts';

export interface ParseResult {
  /** What is declared, each name once; empty when there are errors. */
  readonly namespaces: readonly Namespace[];
  readonly errors: readonly Diagnostic[];
  /** What loads, but is probably not meant. */
  readonly warnings: readonly Diagnostic[];
  /** Where permits name what they are made of; absent when there are errors. */
  readonly places?: RulePlaces;
}

export interface ParseOptions {
  /** Report syntax errors of the classes after the first broken one too. */
  readonly recover?: boolean;
}

/** A document and the name that its diagnostics bear. */
export interface OplFile {
  readonly name: string;
  readonly source: string;
}

/**
 * Parses and checks a document of the Ory Permission Language (contract: OPL A, B1). As the
 * contract has it, only the first mistake of syntax is reported; mistakes of types are
 * reported all together, in the order of the references, when there is none of syntax.
 */
export function parseOpl(source: string, options: ParseOptions = {}): ParseResult {
  return parseModel([new SourceText(source)], options);
}

/** Parses files that make up one model: each may refer to what others declare. */
export function parseOplFiles(files: readonly OplFile[], options: ParseOptions = {}): ParseResult {
  const sources = files.map(({ name, source }) => new SourceText(source, name));
  return parseModel(sources, options);
}

function parseModel(sources: readonly SourceText[], { recover = false }: ParseOptions): ParseResult {
  const documents = sources.map((source) => parseDocument(source, { recover }));
  const classes = documents.flatMap((document) => document.classes);
  const syntaxErrors = documents.flatMap(({ errors }) => errors);
  if (syntaxErrors.length > 0) return rejected(syntaxErrors);
  const typeErrors = checkTypes(classes);
  if (typeErrors.length > 0) return rejected(typeErrors);
  const index = new DeclarationIndex(classes);
  const cycles = checkCycles(index);
  if (cycles.errors.length > 0) return rejected(cycles.errors);

  const warnings = inSourceOrder([...cycles.warnings, ...lint(classes, index)], sources);
  return {
    namespaces: toNamespaces(index),
    errors: [],
    warnings: warnings.map((finding) => toDiagnostic(finding, 'warning')),
    places: new DeclaredPlaces(index),
  };
}

function inSourceOrder(findings: readonly Finding[], sources: readonly SourceText[]): Finding[] {
  const order = new Map(sources.map((source, i) => [source, i]));
  const orderOf = ({ source }: Place): number => order.get(source) ?? 0;
  return findings.toSorted(({ place: a }, { place: b }) => orderOf(a) - orderOf(b) || a.start - b.start);
}

function rejected(findings: readonly Finding[]): ParseResult {
  return { namespaces: [], errors: findings.map((finding) => toDiagnostic(finding, 'error')), warnings: [] };
}

/** The last class of a name counts, and within it the first relation of a name (contract: OPL A5). */
function toNamespaces(index: DeclarationIndex): Namespace[] {
  return Array.from(index.classes(), ({ name, byName }) => ({
    name,
    relations: Array.from(byName.values(), ({ relation }) => relation),
  }));
}
