import type { AccessRequest } from './access-request.ts';
import { Evaluation, type PolicyMatch } from './evaluation.ts';
import type { PolicyIndex } from './policy-index.ts';

/**
 * Whether the policies allow the request: at least one that applies does, and none that
 * applies denies it (contract: acp §3). Throws a `PolicyEvaluationError` where a policy that
 * has to be looked at cannot be evaluated, whatever the others say.
 */
export function isAllowed(index: PolicyIndex, request: AccessRequest): boolean {
  const evaluation = new Evaluation(index, request);
  let allows = false;
  let denies = false;
  // All candidates are evaluated, also after a denial: an error must not depend on their order.
  for (const candidate of index.candidates(request)) {
    const match = evaluation.match(candidate);
    if (match === undefined || !applies(match)) continue;
    if (match.effect === 'deny') denies = true;
    else allows = true;
  }
  return allows && !denies;
}

/** Whether a policy whose fields match does apply. */
export function applies({ conditions }: PolicyMatch): boolean {
  return conditions.every(({ isMet }) => isMet);
}
