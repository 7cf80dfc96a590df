import { NamespaceNotFoundError } from '../errors.ts';
import type { Namespace, Relation } from './namespace.ts';

/** How the namespaces came to be: legacy files have error texts of their own (contract: configuration §4.2). */
export type ModelOrigin = 'inline' | 'opl' | 'legacy-files';

/** A part of a model as it was written. */
export interface ModelFile {
  readonly name: string;
  readonly content: string;
}

/** What a model was made of. */
export interface ModelText {
  /** Names this version of the model. */
  readonly id: string;
  /** None when the model was not written in files. */
  readonly files: readonly ModelFile[];
  /** Where the files name what the permits are made of; undefined when they are not in the permission language. */
  readonly places?: RulePlaces | undefined;
}

/** Finds what a permit is made of in the files. */
export interface RulePlaces {
  /** Where the relation or permit is named that is `operand` in the order of the permit's text, from 0. */
  placeOf(namespace: string, permit: string, operand: number): SourcePlace | undefined;
}

/** A place in a file: line from 1, column from 0 in characters (code points). */
export interface SourcePlace {
  /** Undefined for a model of one document without a name. */
  readonly file: string | undefined;
  readonly line: number;
  readonly column: number;
}

/** All namespaces at one moment. Immutable: a change of the model is another Model. */
export class Model {
  readonly origin: ModelOrigin;
  readonly text: ModelText;
  readonly #namespaces: ReadonlyMap<string, Namespace>;
  readonly #relations: ReadonlyMap<string, ReadonlyMap<string, Relation>>;

  /** A later namespace replaces an earlier one of the same name; of relations of one name the first counts. */
  constructor(origin: ModelOrigin, namespaces: readonly Namespace[], text: ModelText = { id: '', files: [] }) {
    this.origin = origin;
    this.text = text;
    this.#namespaces = new Map(namespaces.map((namespace) => [namespace.name, namespace]));
    this.#relations = new Map(
      [...this.#namespaces.values()].map(({ name, relations }) => [
        name,
        new Map(relations.toReversed().map((relation) => [relation.name, relation])),
      ]),
    );
  }

  /** Names this version of the model; empty for one that was made without a text. */
  get id(): string {
    return this.text.id;
  }

  /** The namespaces ordered by name. */
  list(): Namespace[] {
    return [...this.#namespaces.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  has(namespace: string): boolean {
    return this.#namespaces.has(namespace);
  }

  /** @throws {NamespaceNotFoundError} when the model does not have the namespace */
  require(namespace: string): Namespace {
    const found = this.#namespaces.get(namespace);
    if (found === undefined) {
      throw new NamespaceNotFoundError(namespace, { legacy: this.origin === 'legacy-files' });
    }
    return found;
  }

  /**
   * The declaration that a check of `namespace#relation` finds (contract: OPL C3):
   * `'none'` when nothing is declared at all, so every relation may be stored and
   * asked for; `'undeclared'` when the namespace has declarations but not this one.
   */
  declaration(namespace: string, relation: string): Relation | 'none' | 'undeclared' {
    const relations = this.#relations.get(namespace);
    if (relation === '' || relations === undefined || relations.size === 0) return 'none';
    return relations.get(relation) ?? 'undeclared';
  }
}
