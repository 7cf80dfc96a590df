import type { Model } from '../../namespace/model.ts';
import type { Program } from '../program.ts';
import { type CandidateRules, candidateRules } from './candidate-rules.ts';
import { holdsRest, type LookUp, type RuleRest } from './rule-rest.ts';

/** By which rules, and how deep, candidates are looked for. */
export class SearchScope {
  readonly rules: CandidateRules;
  readonly isStrict: boolean;
  readonly maxDepth: number;
  readonly #program: Program;

  constructor(parts: { program: Program; model: Model; isStrict: boolean; maxDepth: number }) {
    this.rules = candidateRules(parts.program, parts.model);
    this.isStrict = parts.isStrict;
    this.maxDepth = parts.maxDepth;
    this.#program = parts.program;
  }

  /** Whether the namespace has declarations, but not this one. */
  isUndeclared(namespace: number, relation: number): boolean {
    return this.#program.declaration(namespace, relation).kind === 'undeclared';
  }

  /** Whether what must hold beside a rule holds on the object for certain. */
  holds(rest: RuleRest, namespace: number, object: number, lookUp: LookUp): boolean {
    return rest.rules.length === 0 || holdsRest(rest, { namespace, object, program: this.#program, lookUp });
  }
}
