import type { Grant } from './candidate-rules.ts';
import { type HolderSource, type Interruption, SLICE_STEPS } from './candidate-source.ts';
import { isWithin, needThroughSet, needThroughTraverse, needWithRest, UNKNOWN_NEED } from './needed-depth.ts';
import type { LookUp } from './rule-rest.ts';
import type { SearchScope } from './search-scope.ts';
import { SetMarks } from './set-marks.ts';
import { type TraversingPermit, type WaysToSet, waysToSet } from './ways-to-set.ts';

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
  readonly #ways: WaysToSet;
  readonly #lookUp: LookUp;
  readonly #marks = new SetMarks();
  /** Lists that are still to be followed: object, relation, the depth needed, and `HOLDERS`,
   * `RULES` or `TRAVERSES` of each. */
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
    this.#ways = waysToSet(parts.scope.rules, parts, (relation) => parts.source.mayBeStored(relation));
    this.#lookUp = (object, relation) => parts.source.lookUp(object, relation);
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
      this.#reach(object, namespace, relation, this.#need, this.#source.isStored);
      return;
    }
    for (const { namespace: its, permit, relation: pointing, rest } of this.#traversing) {
      if (pointing === relation && its === namespace) this.#reachPermit(object, namespace, permit, rest, this.#need);
    }
  }

  #reachPermit(object: number, namespace: number, permit: number, rest: Grant['rest'], need: number): void {
    let known = UNKNOWN_NEED;
    if (rest !== undefined && need < UNKNOWN_NEED && this.#scope.holds(rest, namespace, object, this.#lookUp)) {
      known = needWithRest(need, rest);
    }
    this.#reach(object, namespace, permit, known, this.#source.mayBeStored(permit));
  }

  /** The subject may be in the set, which may itself be stored in others. */
  #reach(object: number, namespace: number, relation: number, need: number, isStored: boolean): void {
    if (!this.#marks.add(object, relation)) return;
    // Behind an undeclared relation there may be an error.
    const known = this.#scope.isUndeclared(namespace, relation) ? UNKNOWN_NEED : need;
    const ways = this.#ways;
    if (ways.traversesTo(relation) !== undefined) this.#pending.push(object, relation, known, TRAVERSES);
    if (isStored) this.#pending.push(object, relation, known, HOLDERS);
    if (ways.computedFrom(namespace, relation) !== undefined) this.#pending.push(object, relation, known, RULES);
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
    if (kind === RULES) this.#followRules(object, relation, needThroughSet(need));
    else if (!this.#open(object, relation, need, kind)) this.#unloaded.push(object, relation, need, kind);
    return true;
  }

  /** No list is open then. */
  #followRules(object: number, relation: number, need: number): void {
    const namespace = this.#source.namespaceOf(object);
    for (const { permit, rest } of this.#ways.computedFrom(namespace, relation) ?? []) {
      this.#reachPermit(object, namespace, permit, rest, need);
    }
  }

  #open(object: number, relation: number, need: number, kind: number): boolean {
    this.#traversing = kind === HOLDERS ? undefined : this.#ways.traversesTo(relation);
    this.#need = kind === HOLDERS ? needThroughSet(need) : needThroughTraverse(need);
    return kind === HOLDERS ? this.#source.openHolders(object, relation) : this.#source.openObjectHolders(object);
  }
}

/** What is to be followed of a set: the sets that it is stored in, the rules of its object, or those of objects that point at it. */
const HOLDERS = 0;
const RULES = 1;
const TRAVERSES = 2;
