import type { AccessRequest } from './access-request.ts';
import { type ConditionResult, evaluateConditions } from './conditions.ts';
import type { Effect } from './policy.ts';
import { PolicyEvaluationError, quote } from './policy-error.ts';
import type { FieldMatch } from './policy-field.ts';
import type { IndexedPolicy, PolicyIndex } from './policy-index.ts';
import { RegexpSyntaxError } from './regexp/regexp-syntax-error.ts';
import { StepBudget, StepsExhaustedError } from './regexp/step-budget.ts';

/**
 * What matching may cost in one decision: a step takes some tens of nanoseconds, so this is some
 * tenths of a second. Whoever may write policies could hold up everybody else without it.
 */
const MAX_STEPS = 5_000_000;

/** A policy whose fields match a request, with a pattern of each and what it matched. It applies if all conditions are met. */
export interface PolicyMatch {
  readonly id: string;
  readonly effect: Effect;
  readonly resource: FieldMatch;
  /** Its value is the subject, or one of its roles. */
  readonly subject: FieldMatch;
  readonly action: FieldMatch;
  readonly conditions: readonly ConditionResult[];
}

/** Holds policies against one request, with one budget of steps for all of them. */
export class Evaluation {
  readonly #index: PolicyIndex;
  readonly #request: AccessRequest;
  readonly #budget = new StepBudget({ maxSteps: MAX_STEPS });
  #isExhausted = false;
  /** The roles of the subject. */
  readonly roleIds: readonly string[];
  /** The subject and its roles, which patterns of subjects match alike. */
  readonly #subjects: readonly string[];

  constructor(index: PolicyIndex, request: AccessRequest) {
    this.#index = index;
    this.#request = request;
    this.roleIds = index.roleIdsOf(request.subject);
    this.#subjects = [request.subject, ...this.roleIds];
  }

  /** Whether the budget is used up, so that nothing more can be matched. */
  get isExhausted(): boolean {
    return this.#isExhausted;
  }

  /**
   * What matched; undefined unless all three fields do. Throws a `PolicyEvaluationError` that names the policy
   * if it cannot be evaluated.
   */
  match(policy: IndexedPolicy): PolicyMatch | undefined {
    try {
      return this.#match(policy);
    } catch (error) {
      this.#isExhausted ||= error instanceof StepsExhaustedError;
      if (!isEvaluationFailure(error)) throw error;
      throw new PolicyEvaluationError(`policy ${quote(policy.id)}: ${error.message}`);
    }
  }

  /** A field is looked at only where those before it matched, conditions last (contract: acp §4.4). */
  #match({ id, effect, conditions, resources, subjects, actions }: IndexedPolicy): PolicyMatch | undefined {
    const resource = resources.findMatch([this.#request.resource], this);
    if (resource === undefined) return undefined;
    const subject = subjects.findMatch(this.#subjects, this);
    if (subject === undefined) return undefined;
    const action = actions.findMatch([this.#request.action], this);
    if (action === undefined) return undefined;
    const results = evaluateConditions(conditions, this.#request, (expression, text) => this.#search(expression, text));
    return { id, effect, resource, subject, action, conditions: results };
  }

  matches(pattern: string, value: string): boolean {
    return this.#index.matchers.get(pattern, this.#budget)(value, this.#budget);
  }

  #search(expression: string, text: string): boolean {
    try {
      return this.#index.expressions.get(expression, this.#budget)(text, this.#budget);
    } catch (error) {
      if (error instanceof RegexpSyntaxError) throw new PolicyEvaluationError(`invalid expression: ${error.message}`);
      throw error;
    }
  }
}

function isEvaluationFailure(error: unknown): error is Error {
  return error instanceof PolicyEvaluationError || error instanceof StepsExhaustedError;
}
