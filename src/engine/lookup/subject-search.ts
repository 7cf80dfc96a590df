import type { CandidateRule } from './candidate-rules.ts';
import { type Interruption, type MemberSource, SLICE_STEPS } from './candidate-source.ts';
import { isWithin, needThroughSet, UNKNOWN_NEED } from './needed-depth.ts';
import type { LookUp, RuleRest } from './rule-rest.ts';
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
   * it, the conditions on the way, and the target of a traverse or `MEMBERS`.
   */
  #pending: number[] = [];
  /** Those that could not be opened. */
  #unloaded: number[] = [];
  readonly #lookUp: LookUp;
  /** What must hold of a subject for the way to it to count, by numbers. */
  readonly #conditions: Condition[] = [];
  #target = MEMBERS;
  #condition = NO_CONDITION;
  #need = UNKNOWN_NEED;
  #storedNeed = UNKNOWN_NEED;
  #steps = 0;

  constructor(parts: { set: { object: number; relation: number }; scope: SearchScope; source: MemberSource }) {
    this.#scope = parts.scope;
    this.#source = parts.source;
    this.#lookUp = (object, relation) => parts.source.lookUp(object, relation);
    const need = parts.scope.isStrict ? UNKNOWN_NEED : 0;
    this.#reach(parts.set.object, parts.set.relation, need, need, NO_CONDITION);
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
      this.#reach(source.object, this.#target, need, need + 1, this.#condition);
      return;
    }
    if (this.#subjects.add(source.subject, 0)) {
      this.found.push(source.subject);
      this.areMembers.push(isWithin(this.#storedNeed, this.#scope.maxDepth) && this.#holds(this.#condition));
    }
    if (source.isSet) this.#reach(source.object, source.relation, need, need, this.#condition);
  }

  /** Whether the row's subject meets a condition, and those on the way to it. */
  #holds(number: number): boolean {
    for (let next = number; next !== NO_CONDITION; ) {
      const { rest, namespace, object, above } = this.#conditions[next] as Condition; // numbered by their places
      if (!this.#scope.holds(rest, namespace, object, this.#lookUp)) return false;
      next = above;
    }
    return true;
  }

  /** What is in the set may be in the one that is asked about. */
  #reach(object: number, relation: number, need: number, storedNeed: number, condition: number): void {
    if (!this.#marks.add(object, relation)) return;
    // Behind an undeclared relation there may be an error.
    const isKnown = !this.#scope.isUndeclared(this.#source.namespaceOf(object), relation);
    this.#pending.push(object, relation, isKnown ? need : UNKNOWN_NEED, isKnown ? storedNeed : UNKNOWN_NEED);
    this.#pending.push(condition, MEMBERS);
  }

  /** Opens the next list, if it can be had; false when none is left. */
  #openNext(): boolean {
    const target = this.#pending.pop();
    if (target === undefined) return false;
    const condition = this.#pending.pop() as number; // pushed in sixes
    const storedNeed = this.#pending.pop() as number; // pushed in sixes
    const need = this.#pending.pop() as number; // pushed in sixes
    const relation = this.#pending.pop() as number; // pushed in sixes
    const object = this.#pending.pop() as number; // pushed in sixes
    this.#target = target;
    this.#condition = condition;
    this.#need = need;
    this.#storedNeed = storedNeed;
    this.#steps++;
    const isOpen =
      target === MEMBERS ? this.#openMembers(object, relation, need) : this.#source.openSubjectSets(object, relation);
    if (!isOpen) this.#unloaded.push(object, relation, need, storedNeed, condition, target);
    return true;
  }

  #openMembers(object: number, relation: number, need: number): boolean {
    if (!this.#source.openMembers(object, relation)) return false;
    const namespace = this.#source.namespaceOf(object);
    for (const rule of this.#scope.rules.rulesOf(namespace, relation)) {
      const known = this.#needBy(rule, need);
      const condition = known < UNKNOWN_NEED ? this.#conditionOf(rule, namespace, object) : NO_CONDITION;
      if (rule.kind === 'computed') {
        this.#reach(object, rule.relation, needThroughSet(known), needThroughSet(known), condition);
      } else {
        this.#pending.push(object, rule.relation, known, known, condition, rule.target);
      }
    }
    return true;
  }

  /** The depth needed up to the rule, if it may be known without a check that it is enough. */
  #needBy({ rest }: CandidateRule, need: number): number {
    if (rest === undefined || need >= UNKNOWN_NEED) return UNKNOWN_NEED;
    return need + rest.need <= this.#scope.maxDepth ? need + rest.nesting : UNKNOWN_NEED;
  }

  #conditionOf({ rest }: CandidateRule, namespace: number, object: number): number {
    if (rest === undefined || rest.rules.length === 0) return this.#condition;
    return this.#conditions.push({ rest, namespace, object, above: this.#condition }) - 1;
  }
}

/** What must hold on an object of who gets into a permit by one of its rules. */
interface Condition {
  readonly rest: RuleRest;
  readonly namespace: number;
  readonly object: number;
  /** Of the way to the permit. */
  readonly above: number;
}

/** In the place of a traverse's target. */
const MEMBERS = -1;
const NO_CONDITION = -1;
