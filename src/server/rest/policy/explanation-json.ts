import type { DecisionExplanation, ExplainedPolicy } from '../../../policy/explain.ts';

/** An explanation as JSON; what a policy or an answer does not have is left out. */
export function explanationJson(explanation: DecisionExplanation, subject: string): object {
  const { allowed, error, roleIds, policies, truncated } = explanation;
  return {
    allowed,
    error,
    roles: roleIds,
    policies: policies.map((policy) => explainedPolicyJson(policy, subject)),
    truncated,
  };
}

function explainedPolicyJson(policy: ExplainedPolicy, subject: string): object {
  const { id, effect, kind: outcome } = policy;
  if (policy.kind === 'failed') return { id, effect, outcome, error: policy.message };
  return {
    id,
    effect,
    outcome,
    resource: policy.resource.pattern,
    subject: policy.subject.pattern,
    role: policy.subject.value === subject ? undefined : policy.subject.value,
    action: policy.action.pattern,
    conditions: policy.conditions.map(({ key, type, isMet }) => ({ key, type, met: isMet })),
  };
}
