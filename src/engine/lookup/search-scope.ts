import type { Model } from '../../namespace/model.ts';
import type { Program } from '../program.ts';
import { type CandidateRules, candidateRules } from './candidate-rules.ts';

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
}
