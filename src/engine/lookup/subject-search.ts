import type { CandidateRules } from './candidate-rules.ts';
import { type Interruption, type MemberSource, SLICE_STEPS } from './candidate-source.ts';
import { SetMarks } from './set-marks.ts';

/**
 * Finds the subjects that may be in a set, each once, in no certain order: what is stored in it, in the sets stored in
 * it, and in those that the rules lead to. Only for bounded rules.
 */
export class SubjectSearch {
  readonly found: number[] = [];
  readonly #rules: CandidateRules;
  readonly #source: MemberSource;
  readonly #subjects = new SetMarks();
  readonly #marks = new SetMarks();
  /** Lists that are still to be followed: object, relation, and the target of a traverse or `MEMBERS`. */
  #pending: number[] = [];
  /** Those that could not be opened. */
  #unloaded: number[] = [];
  #target = MEMBERS;
  #steps = 0;

  constructor(parts: { set: { object: number; relation: number }; rules: CandidateRules; source: MemberSource }) {
    this.#rules = parts.rules;
    this.#source = parts.source;
    this.#reach(parts.set.object, parts.set.relation);
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
    if (this.#target !== MEMBERS) {
      this.#reach(source.object, this.#target);
      return;
    }
    if (this.#subjects.add(source.subject, 0)) this.found.push(source.subject);
    if (source.isSet) this.#reach(source.object, source.relation);
  }

  /** What is in the set may be in the one that is asked about. */
  #reach(object: number, relation: number): void {
    if (this.#marks.add(object, relation)) this.#pending.push(object, relation, MEMBERS);
  }

  /** Opens the next list, if it can be had; false when none is left. */
  #openNext(): boolean {
    const target = this.#pending.pop();
    if (target === undefined) return false;
    const relation = this.#pending.pop() as number; // pushed in threes
    const object = this.#pending.pop() as number; // pushed in threes
    this.#target = target;
    this.#steps++;
    const isOpen =
      target === MEMBERS ? this.#openMembers(object, relation) : this.#source.openSubjectSets(object, relation);
    if (!isOpen) this.#unloaded.push(object, relation, target);
    return true;
  }

  #openMembers(object: number, relation: number): boolean {
    if (!this.#source.openMembers(object, relation)) return false;
    for (const rule of this.#rules.rulesOf(this.#source.namespaceOf(object), relation)) {
      if (rule.kind === 'computed') this.#reach(object, rule.relation);
      else this.#pending.push(object, rule.relation, rule.target);
    }
    return true;
  }
}

/** In the place of a traverse's target. */
const MEMBERS = -1;
