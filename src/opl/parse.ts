import type { Namespace, Relation } from '../namespace/namespace.ts';
import type { ClassDeclaration } from './declaration.ts';
import type { Diagnostic } from './diagnostic.ts';
import { parseDocument } from './parse-document.ts';
import { SourceText } from './source-text.ts';
import { checkTypes } from './type-check.ts';

export interface ParseResult {
  /** What the document declares; empty when it has errors. */
  readonly namespaces: readonly Namespace[];
  readonly errors: readonly Diagnostic[];
  /** What loads, but is probably not meant. */
  readonly warnings: readonly Diagnostic[];
}

export interface ParseOptions {
  /** Go on after a syntax error and report those of the following classes too. */
  readonly recover?: boolean;
}

/**
 * Parses and checks a document of the Ory Permission Language (contract: OPL A, B1). A mistake
 * of syntax is reported alone, mistakes of types all together, in the order of the references.
 */
export function parseOpl(source: string, { recover = false }: ParseOptions = {}): ParseResult {
  const { classes, errors } = parseDocument(new SourceText(source), { recover });
  return errors.length > 0 ? { namespaces: [], errors, warnings: [] } : checkModel(classes);
}

/** Checks what was parsed without errors, of one document or of several. */
export function checkModel(classes: readonly ClassDeclaration[]): ParseResult {
  const errors = checkTypes(classes);
  return { namespaces: errors.length > 0 ? [] : toNamespaces(classes), errors, warnings: [] };
}

/** The last class of a name counts, and within it the first relation of a name (contract: OPL A5). */
function toNamespaces(classes: readonly ClassDeclaration[]): Namespace[] {
  const namespaces = new Map<string, Namespace>();
  for (const { name, members } of classes) {
    const relations = new Map<string, Relation>();
    for (const { relation } of members) if (!relations.has(relation.name)) relations.set(relation.name, relation);
    namespaces.set(name, { name, relations: [...relations.values()] });
  }
  return [...namespaces.values()];
}
