import type { TraversingPermit } from './candidate-rules.ts';
import { type HolderSource, type Interruption, SLICE_STEPS } from './candidate-source.ts';
import { isWithin, needThroughSet, needThroughTraverse, UNKNOWN_NEED } from './needed-depth.ts';
import type { SearchScope } from './search-scope.ts';
import { SetMarks } from './set-marks.ts';

/**
 * Finds the objects of a namespace that the subject may have the relation on, each once, in no certain order: from the
 * sets that the subject is stored in over the sets that these are stored in, and up the rules. Only for bounded rules.
 */
export class ObjectSearch {
  readonly found: number[] = [];
  /** Of each that was found, whether the subject has the relation for certain. */
  readonly areMembers: boolean[] = [];
  readonly #namespace: number;
  readonly #relation: number;
  readonly #scope: SearchScope;
  readonly #source: HolderSource;
  readonly #marks = new SetMarks();
  /** Lists that are still to be followed: object, relation, the depth needed, and `HOLDERS` or `TRAVERSES` of each. */
  #pending: number[] = [];
  /** Those that could not be opened. */
  #unloaded: number[] = [];
  /** What the rows of the open list lead to: themselves, or by these rules. */
  #traversing: readonly TraversingPermit[] | undefined;
  /** The depth needed up to a row of the open list. */
  #need = UNKNOWN_NEED;
  #steps = 0;

  constructor(parts: { namespace: number; relation: number; scope: SearchScope; source: HolderSource }) {
    this.#namespace = parts.namespace;
    this.#relation = parts.relation;
    this.#scope = parts.scope;
    this.#source = parts.source;
  }

  *run(): Generator<Interruption, void> {
    while (!this.#source.openSubjectHolders()) yield 'unloaded';
    this.#need = this.#scope.isStrict ? UNKNOWN_NEED : 0;
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
    const namespace = this.#source.namespaceOf(object);
    if (this.#traversing === undefined) {
      this.#reach(object, namespace, relation, this.#need);
      return;
    }
    for (const { namespace: its, permit, relation: pointing, grants } of this.#traversing) {
      if (pointing !== relation || its !== namespace) continue;
      this.#reach(object, namespace, permit, grants ? this.#need : UNKNOWN_NEED);
    }
  }

  /** The subject may be in the set. */
  #reach(object: number, namespace: number, relation: number, need: number): void {
    if (!this.#marks.add(object, relation)) return;
    // Behind an undeclared relation there may be an error.
    const known = this.#scope.isUndeclared(namespace, relation) ? UNKNOWN_NEED : need;
    this.#pending.push(object, relation, known, HOLDERS);
    if (relation !== this.#relation || namespace !== this.#namespace) return;
    this.found.push(object);
    this.areMembers.push(isWithin(known, this.#scope.maxDepth));
  }

  /** Opens the next list, if it can be had; false when none is left. */
  #openNext(): boolean {
    const kind = this.#pending.pop();
    if (kind === undefined) return false;
    const need = this.#pending.pop() as number; // pushed in fours
    const relation = this.#pending.pop() as number; // pushed in fours
    const object = this.#pending.pop() as number; // pushed in fours
    const open =
      kind === HOLDERS ? this.#openHolders(object, relation, need) : this.#openTraverses(object, relation, need);
    if (!open) this.#unloaded.push(object, relation, need, kind);
    return true;
  }

  #openHolders(object: number, relation: number, need: number): boolean {
    this.#traversing = undefined;
    this.#need = needThroughSet(need);
    if (!this.#source.openHolders(object, relation)) return false;
    const namespace = this.#source.namespaceOf(object);
    for (const { permit, grants } of this.#scope.rules.computedFrom(namespace, relation)) {
      this.#reach(object, namespace, permit, grants ? needThroughSet(need) : UNKNOWN_NEED);
    }
    if (this.#scope.rules.traversesTo(relation).length > 0) this.#pending.push(object, relation, need, TRAVERSES);
    return true;
  }

  #openTraverses(object: number, relation: number, need: number): boolean {
    this.#traversing = this.#scope.rules.traversesTo(relation);
    this.#need = needThroughTraverse(need);
    return this.#source.openObjectHolders(object);
  }
}

const HOLDERS = 0;
const TRAVERSES = 1;
