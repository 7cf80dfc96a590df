import type { AccessRequest } from './access-request.ts';
import { applies } from './decide.ts';
import { Evaluation, type PolicyMatch } from './evaluation.ts';
import type { Effect } from './policy.ts';
import { PolicyEvaluationError } from './policy-error.ts';
import type { IndexedPolicy, PolicyIndex } from './policy-index.ts';

/** What ids, patterns and roles of an explanation may come to, as they may be long and many: some megabytes at most. */
const MAX_CHARACTERS = 1_000_000;

/** Why a request is allowed or not. */
export interface DecisionExplanation {
  readonly allowed: boolean;
  /** Why there is no answer; undefined when there is one. */
  readonly error: string | undefined;
  /** The roles of the subject. */
  readonly roleIds: readonly string[];
  /** What decided comes first: those that failed, then those that deny, then those that allow; last those that do not apply. */
  readonly policies: readonly ExplainedPolicy[];
  /** Whether roles or policies are missing because there are more than were asked for, or than fit. */
  readonly truncated: boolean;
}

/**
 * A policy that matters to a request.
 *
 * - `applied`: it applies, so its effect counts
 * - `unmet`: its fields match, but not all of its conditions hold
 * - `failed`: it cannot be evaluated, so the request has no answer
 */
export type ExplainedPolicy =
  | ({ readonly kind: 'applied' | 'unmet' } & PolicyMatch)
  | { readonly kind: 'failed'; readonly id: string; readonly effect: Effect; readonly message: string };

/** The decision about a request with its reasons, of which at most `maxPolicies` policies are told. Never throws. */
export function explainDecision(
  index: PolicyIndex,
  request: AccessRequest,
  { maxPolicies }: { maxPolicies: number },
): DecisionExplanation {
  const evaluation = new Evaluation(index, request);
  const found: ExplainedPolicy[] = [];
  for (const candidate of index.candidates(request)) {
    const policy = explainPolicy(evaluation, candidate);
    if (policy !== undefined) found.push(policy);
    if (evaluation.isExhausted) break;
  }
  const policies = found.sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1));
  const [first] = policies;
  const error = first?.kind === 'failed' ? first.message : undefined;
  const allowed = first?.kind === 'applied' && first.effect === 'allow'; // a denial stands before it
  return { allowed, error, ...bounded(evaluation.roleIds, policies, maxPolicies) };
}

function explainPolicy(evaluation: Evaluation, candidate: IndexedPolicy): ExplainedPolicy | undefined {
  try {
    const match = evaluation.match(candidate);
    return match === undefined ? undefined : { kind: applies(match) ? 'applied' : 'unmet', ...match };
  } catch (error) {
    if (!(error instanceof PolicyEvaluationError)) throw error;
    const { id, effect } = candidate;
    return { kind: 'failed', id, effect, message: error.message };
  }
}

function rank({ kind, effect }: ExplainedPolicy): number {
  switch (kind) {
    case 'failed':
      return 0;
    case 'applied':
      return effect === 'deny' ? 1 : 2;
    case 'unmet':
      return 3;
  }
}

/** As many policies, and then roles, as may be told. */
function bounded(
  roleIds: readonly string[],
  policies: readonly ExplainedPolicy[],
  maxPolicies: number,
): Pick<DecisionExplanation, 'roleIds' | 'policies' | 'truncated'> {
  let left = MAX_CHARACTERS;
  const fits = (size: number): boolean => {
    left -= size;
    return left >= 0;
  };
  const told = takeWhile(policies.slice(0, maxPolicies), (policy) => fits(sizeOf(policy)));
  const toldRoles = takeWhile(roleIds, (id) => fits(id.length + 1));
  const truncated = told.length < policies.length || toldRoles.length < roleIds.length;
  return { roleIds: toldRoles, policies: told, truncated };
}

function takeWhile<T>(items: readonly T[], isTaken: (item: T) => boolean): readonly T[] {
  const end = items.findIndex((item) => !isTaken(item));
  return end < 0 ? items : items.slice(0, end);
}

function sizeOf(policy: ExplainedPolicy): number {
  if (policy.kind === 'failed') return policy.id.length + policy.message.length;
  const { id, resource, subject, action, conditions } = policy;
  const patterns = resource.pattern.length + action.pattern.length + subject.pattern.length + subject.value.length;
  return conditions.reduce((sum, { key, type }) => sum + key.length + type.length, id.length + patterns);
}
