import { type Interruption, type MemberSource, SLICE_STEPS } from './candidate-source.ts';
import { isWithin, needThroughSet, UNKNOWN_NEED } from './needed-depth.ts';
import type { SearchScope } from './search-scope.ts';
import { SetMarks } from './set-marks.ts';

/**
 * Finds the subjects that may be in a set, each once, in no certain order: what is stored in it, in the sets stored in
 * it, and in those that the rules lead to. Only for bounded rules.
 */
export class SubjectSearch {
  readonly found: number[] = [];
  /** Of each that was found, whether it is in the set for certain. */
  readonly areMembers: boolean[] = [];
  readonly #scope: SearchScope;
  readonly #source: MemberSource;
  readonly #subjects = new SetMarks();
  readonly #marks = new SetMarks();
  /**
   * Lists that are still to be followed: object, relation, the depth needed to get to the set and to what is stored in
   * it, and the target of a traverse or `MEMBERS`.
   */
  #pending: number[] = [];
  /** Those that could not be opened. */
  #unloaded: number[] = [];
  #target = MEMBERS;
  #need = UNKNOWN_NEED;
  #storedNeed = UNKNOWN_NEED;
  #steps = 0;

  constructor(parts: { set: { object: number; relation: number }; scope: SearchScope; source: MemberSource }) {
    this.#scope = parts.scope;
    this.#source = parts.source;
    const need = parts.scope.isStrict ? UNKNOWN_NEED : 0;
    this.#reach(parts.set.object, parts.set.relation, need, need);
  }

  *run(): Generator<Interruption, void> {
    while (this.#openNext()) {
      while (this.#source.next()) {
        this.#follow();
        if (++this.#steps < SLICE_STEPS) continue;
        this.#steps = 0;
        yield 'paused';
      }
      if (this.#pending.length > 0 || this.#unloaded.length === 0) continue;
      yield 'unloaded';
      this.#pending = this.#unloaded;
      this.#unloaded = [];
    }
  }

  /** Follows the row of the open list. */
  #follow(): void {
    const source = this.#source;
    const need = needThroughSet(this.#need);
    if (this.#target !== MEMBERS) {
      // What is stored in the set behind a traverse takes a level more than the way to that set.
      this.#reach(source.object, this.#target, need, need + 1);
      return;
    }
    if (this.#subjects.add(source.subject, 0)) {
      this.found.push(source.subject);
      this.areMembers.push(isWithin(this.#storedNeed, this.#scope.maxDepth));
    }
    if (source.isSet) this.#reach(source.object, source.relation, need, need);
  }

  /** What is in the set may be in the one that is asked about. */
  #reach(object: number, relation: number, need: number, storedNeed: number): void {
    if (!this.#marks.add(object, relation)) return;
    // Behind an undeclared relation there may be an error.
    const isKnown = !this.#scope.isUndeclared(this.#source.namespaceOf(object), relation);
    this.#push(object, relation, isKnown ? need : UNKNOWN_NEED, isKnown ? storedNeed : UNKNOWN_NEED, MEMBERS);
  }

  #push(object: number, relation: number, need: number, storedNeed: number, target: number): void {
    this.#pending.push(object, relation, need, storedNeed, target);
  }

  /** Opens the next list, if it can be had; false when none is left. */
  #openNext(): boolean {
    const target = this.#pending.pop();
    if (target === undefined) return false;
    const storedNeed = this.#pending.pop() as number; // pushed in fives
    const need = this.#pending.pop() as number; // pushed in fives
    const relation = this.#pending.pop() as number; // pushed in fives
    const object = this.#pending.pop() as number; // pushed in fives
    this.#target = target;
    this.#need = need;
    this.#storedNeed = storedNeed;
    this.#steps++;
    const isOpen =
      target === MEMBERS ? this.#openMembers(object, relation, need) : this.#source.openSubjectSets(object, relation);
    if (!isOpen) this.#unloaded.push(object, relation, need, storedNeed, target);
    return true;
  }

  #openMembers(object: number, relation: number, need: number): boolean {
    if (!this.#source.openMembers(object, relation)) return false;
    for (const rule of this.#scope.rules.rulesOf(this.#source.namespaceOf(object), relation)) {
      const known = rule.grants ? need : UNKNOWN_NEED;
      if (rule.kind === 'computed') this.#reach(object, rule.relation, needThroughSet(known), needThroughSet(known));
      else this.#push(object, rule.relation, known, known, rule.target);
    }
    return true;
  }
}

/** In the place of a traverse's target. */
const MEMBERS = -1;
