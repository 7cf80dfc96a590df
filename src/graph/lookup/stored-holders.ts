import type { HolderSource } from '../../engine/lookup/candidate-source.ts';
import type { RelationTuple, Subject } from '../../tuple/relation-tuple.ts';
import type { NumberedObjects } from './numbered-objects.ts';
import type { StoredPages } from './stored-pages.ts';

/** The rows of a list: the relation of the stored set, the object and the relation of the set that it is stored in. */
type Rows = number[];
const WIDTH = 3;
const NO_ROWS: Rows = [];
/** In the place of a relation: all. */
const ANY = -1;

/** Where subjects are stored in a database: the lists are loaded for whole objects, level by level. */
export class StoredHolders implements HolderSource {
  object = 0;
  relation = 0;
  /** What stands in other sets is only known when it is loaded. */
  readonly isStored = true;
  readonly #objects: NumberedObjects;
  readonly #subject: Subject;
  readonly #lists = new Map<number, Rows>();
  readonly #wanted = new Set<number>();
  #ofSubject: Rows | undefined;
  #rows: Rows = NO_ROWS;
  #next = 0;
  #held = ANY;

  constructor(objects: NumberedObjects, subject: Subject) {
    this.#objects = objects;
    this.#subject = subject;
  }

  namespaceOf(object: number): number {
    return this.#objects.namespaceOf(object);
  }

  openSubjectHolders(): boolean {
    return this.#open(this.#ofSubject, ANY);
  }

  openHolders(object: number, relation: number): boolean {
    return this.#openOf(object, relation);
  }

  openObjectHolders(object: number): boolean {
    return this.#openOf(object, ANY);
  }

  next(): boolean {
    for (; this.#next < this.#rows.length; this.#next += WIDTH) {
      if (this.#held !== ANY && this.#rows[this.#next] !== this.#held) continue;
      this.object = this.#rows[this.#next + 1] as number; // rows are written in threes
      this.relation = this.#rows[this.#next + 2] as number; // as above
      this.#next += WIDTH;
      return true;
    }
    return false;
  }

  mayBeStored(): boolean {
    return true;
  }

  lookUp(): undefined {}

  /** Loads the lists that could not be opened. */
  async load(pages: StoredPages): Promise<void> {
    if (this.#ofSubject === undefined) {
      const rows: Rows = [];
      for await (const tuples of pages.matching({ subject: this.#subject })) this.#add(tuples, rows);
      this.#ofSubject = rows;
      return;
    }
    const wanted = [...this.#wanted];
    this.#wanted.clear();
    for (const object of wanted) {
      const rows: Rows = [];
      const subjectObject = { namespace: this.#objects.namespaceName(object), object: this.#objects.name(object) };
      for await (const tuples of pages.matching({}, { subjectObject })) this.#add(tuples, rows);
      this.#lists.set(object, rows);
    }
  }

  #openOf(object: number, relation: number): boolean {
    const rows = this.#lists.get(object);
    if (rows === undefined) this.#wanted.add(object);
    return this.#open(rows, relation);
  }

  #open(rows: Rows | undefined, relation: number): boolean {
    this.#rows = rows ?? NO_ROWS;
    this.#next = 0;
    this.#held = relation;
    return rows !== undefined;
  }

  #add(tuples: readonly RelationTuple[], rows: Rows): void {
    const { symbols } = this.#objects;
    for (const { namespace, object, relation, subject } of tuples) {
      const held = subject.kind === 'set' ? symbols.intern(subject.relation) : ANY;
      rows.push(held, this.#objects.intern(namespace, object), symbols.intern(relation));
    }
  }
}
