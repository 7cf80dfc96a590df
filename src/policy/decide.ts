import type { AccessRequest } from './access-request.ts';
import { areConditionsMet } from './conditions.ts';
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

/** Why a request is allowed or not. */
export interface DecisionExplanation {
  readonly allowed: boolean;
  /** The roles of the subject. */
  readonly roleIds: readonly string[];
  /** The policies that apply, in the order of their ids. */
  readonly policies: readonly AppliedPolicy[];
}

/** A policy that applies to a request, with a pattern of each field and what it matched. */
export interface AppliedPolicy {
  readonly id: string;
  readonly effect: Effect;
  readonly resource: FieldMatch;
  readonly subject: FieldMatch;
  readonly action: FieldMatch;
}

/**
 * Whether the policies allow the request: at least one that applies does, and none that
 * applies denies it (contract: acp §3). Throws a `PolicyEvaluationError` where a policy that
 * has to be looked at cannot be evaluated, whatever the others say.
 */
export function isAllowed(index: PolicyIndex, request: AccessRequest): boolean {
  return isAllowedBy(applyPolicies(index, request));
}

/** The same decision with its reasons. */
export function explainDecision(index: PolicyIndex, request: AccessRequest): DecisionExplanation {
  const policies = applyPolicies(index, request).sort((a, b) => (a.id < b.id ? -1 : 1));
  return { allowed: isAllowedBy(policies), roleIds: index.roleIdsOf(request.subject), policies };
}

function isAllowedBy(policies: readonly AppliedPolicy[]): boolean {
  return policies.length > 0 && policies.every(({ effect }) => effect === 'allow');
}

/** All candidates are evaluated, also after a denial: an error must not depend on their order. */
function applyPolicies(index: PolicyIndex, request: AccessRequest): AppliedPolicy[] {
  const evaluation = new Evaluation(index, request);
  const applied: AppliedPolicy[] = [];
  for (const candidate of index.candidates(request)) {
    const policy = evaluation.apply(candidate);
    if (policy !== undefined) applied.push(policy);
  }
  return applied;
}

class Evaluation {
  readonly #index: PolicyIndex;
  readonly #request: AccessRequest;
  /** The subject and its roles, which patterns of subjects match alike. */
  readonly #subjects: readonly string[];
  readonly #budget = new StepBudget({ maxSteps: MAX_STEPS });

  constructor(index: PolicyIndex, request: AccessRequest) {
    this.#index = index;
    this.#request = request;
    this.#subjects = [request.subject, ...index.roleIdsOf(request.subject)];
  }

  /** What matched, if the policy applies. */
  apply(policy: IndexedPolicy): AppliedPolicy | undefined {
    try {
      return this.#match(policy);
    } catch (error) {
      if (!isEvaluationFailure(error)) throw error;
      throw new PolicyEvaluationError(`policy ${quote(policy.id)}: ${error.message}`);
    }
  }

  /** A field is looked at only where those before it matched, conditions last (acp §4.4). */
  #match({ id, effect, conditions, resources, subjects, actions }: IndexedPolicy): AppliedPolicy | undefined {
    const resource = resources.findMatch([this.#request.resource], this);
    if (resource === undefined) return undefined;
    const subject = subjects.findMatch(this.#subjects, this);
    if (subject === undefined) return undefined;
    const action = actions.findMatch([this.#request.action], this);
    if (action === undefined) return undefined;
    const isMet = areConditionsMet(conditions, this.#request, (expression, text) => this.#search(expression, text));
    return isMet ? { id, effect, resource, subject, action } : undefined;
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
