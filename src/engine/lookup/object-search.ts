import type { CandidateRules, TraversingPermit } from './candidate-rules.ts';
import { type HolderSource, type Interruption, SLICE_STEPS } from './candidate-source.ts';
import { SetMarks } from './set-marks.ts';

/**
 * Finds the objects of a namespace that the subject may have the relation on, each once, in no certain order: from the
 * sets that the subject is stored in over the sets that these are stored in, and up the rules. Only for bounded rules.
 */
export class ObjectSearch {
  readonly found: number[] = [];
  readonly #namespace: number;
  readonly #relation: number;
  readonly #rules: CandidateRules;
  readonly #source: HolderSource;
  readonly #marks = new SetMarks();
  /** Lists that are still to be followed: object, relation, and `HOLDERS` or `TRAVERSES` of each. */
  #pending: number[] = [];
  /** Those that could not be opened. */
  #unloaded: number[] = [];
  /** What the rows of the open list lead to: themselves, or by these rules. */
  #traversing: readonly TraversingPermit[] | undefined;
  #steps = 0;

  constructor(parts: { namespace: number; relation: number; rules: CandidateRules; source: HolderSource }) {
    this.#namespace = parts.namespace;
    this.#relation = parts.relation;
    this.#rules = parts.rules;
    this.#source = parts.source;
  }

  *run(): Generator<Interruption, void> {
    while (!this.#source.openSubjectHolders()) yield 'unloaded';
    do {
      while (this.#source.next()) {
        this.#follow(this.#source.object, this.#source.relation);
        if (++this.#steps < SLICE_STEPS) continue;
        this.#steps = 0;
        yield 'paused';
      }
      if (this.#pending.length === 0 && this.#unloaded.length > 0) {
        yield 'unloaded';
        this.#pending = this.#unloaded;
        this.#unloaded = [];
      }
      this.#steps++;
    } while (this.#openNext());
  }

  /** Follows a row of the open list. */
  #follow(object: number, relation: number): void {
    if (this.#traversing === undefined) {
      this.#reach(object, relation);
      return;
    }
    for (const { namespace, permit, relation: pointing } of this.#traversing) {
      if (pointing === relation && namespace === this.#source.namespaceOf(object)) this.#reach(object, permit);
    }
  }

  /** The subject may be in the set. */
  #reach(object: number, relation: number): void {
    if (!this.#marks.add(object, relation)) return;
    this.#pending.push(object, relation, HOLDERS);
    if (relation === this.#relation && this.#source.namespaceOf(object) === this.#namespace) this.found.push(object);
  }

  /** Opens the next list, if it can be had; false when none is left. */
  #openNext(): boolean {
    const kind = this.#pending.pop();
    if (kind === undefined) return false;
    const relation = this.#pending.pop() as number; // pushed in threes
    const object = this.#pending.pop() as number; // pushed in threes
    const isOpen = kind === HOLDERS ? this.#openHolders(object, relation) : this.#openTraverses(object, relation);
    if (!isOpen) this.#unloaded.push(object, relation, kind);
    return true;
  }

  #openHolders(object: number, relation: number): boolean {
    this.#traversing = undefined;
    if (!this.#source.openHolders(object, relation)) return false;
    for (const permit of this.#rules.computedFrom(this.#source.namespaceOf(object), relation)) {
      this.#reach(object, permit);
    }
    if (this.#rules.traversesTo(relation).length > 0) this.#pending.push(object, relation, TRAVERSES);
    return true;
  }

  #openTraverses(object: number, relation: number): boolean {
    this.#traversing = this.#rules.traversesTo(relation);
    return this.#source.openObjectHolders(object);
  }
}

const HOLDERS = 0;
const TRAVERSES = 1;
