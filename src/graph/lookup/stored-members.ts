import type { MemberSource } from '../../engine/lookup/candidate-source.ts';
import type { Subject } from '../../tuple/relation-tuple.ts';
import { subjectKey } from '../subject-key.ts';
import type { NumberedObjects } from './numbered-objects.ts';
import type { StoredPages } from './stored-pages.ts';

/** What is stored in the sets of a database: their lists are loaded level by level. */
export class StoredMembers implements MemberSource {
  subject = 0;
  isSet = false;
  object = 0;
  relation = 0;
  readonly #objects: NumberedObjects;
  readonly #subjects: Subject[] = [];
  readonly #numbers = new Map<string, number>();
  /** The numbers of what is stored in a set, by its object and relation. */
  readonly #lists = new Map<string, readonly number[]>();
  readonly #wanted = new Map<string, { readonly object: number; readonly relation: number }>();
  #rows: readonly number[] = [];
  #next = 0;
  #isOfSets = false;

  constructor(objects: NumberedObjects) {
    this.#objects = objects;
  }

  namespaceOf(object: number): number {
    return this.#objects.namespaceOf(object);
  }

  /** The subject of a number. */
  at(number: number): Subject {
    return this.#subjects[number] as Subject; // subjects are numbered by this class alone
  }

  openMembers(object: number, relation: number): boolean {
    return this.#open(object, relation, false);
  }

  openSubjectSets(object: number, relation: number): boolean {
    return this.#open(object, relation, true);
  }

  next(): boolean {
    for (;;) {
      const number = this.#rows[this.#next++];
      if (number === undefined) return false;
      const subject = this.at(number);
      if (subject.kind === 'id' && this.#isOfSets) continue;
      this.subject = number;
      this.isSet = subject.kind === 'set';
      if (subject.kind === 'id') return true;
      this.object = this.#objects.intern(subject.namespace, subject.object);
      this.relation = this.#objects.symbols.intern(subject.relation);
      return true;
    }
  }

  lookUp(): undefined {}

  /** Loads the lists that could not be opened. */
  async load(pages: StoredPages): Promise<void> {
    const wanted = [...this.#wanted];
    this.#wanted.clear();
    for (const [key, { object, relation }] of wanted) {
      const rows: number[] = [];
      for await (const tuples of pages.matching(this.#objects.setOf(object, relation))) {
        for (const { subject } of tuples) rows.push(this.#number(subject));
      }
      this.#lists.set(key, rows);
    }
  }

  #open(object: number, relation: number, isOfSets: boolean): boolean {
    const key = `${object}#${relation}`;
    const rows = this.#lists.get(key);
    if (rows === undefined) this.#wanted.set(key, { object, relation });
    this.#rows = rows ?? [];
    this.#next = 0;
    this.#isOfSets = isOfSets;
    return rows !== undefined;
  }

  #number(subject: Subject): number {
    const key = subjectKey(subject);
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#subjects.push(subject) - 1;
      this.#numbers.set(key, number);
    }
    return number;
  }
}
