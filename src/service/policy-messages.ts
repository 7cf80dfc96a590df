import { create } from '@bufbuild/protobuf';
import {
  type AccessRequest as AccessRequestMessage,
  Effect as EffectMessage,
  type ExplainedPolicy as ExplainedPolicyMessage,
  ExplainedPolicySchema,
  type ExplainResponse,
  ExplainResponseSchema,
  Flavor as FlavorMessage,
  ExplainedPolicy_Outcome as Outcome,
  type Policy as PolicyMessage,
  PolicySchema,
  type Role as RoleMessage,
  RoleSchema,
} from '#gen/stheno/policy/v1/policy_service_pb.js';
import type { AccessRequest } from '../policy/access-request.ts';
import { parsePolicy, parseRole } from '../policy/documents.ts';
import type { DecisionExplanation, ExplainedPolicy } from '../policy/explain.ts';
import type { Flavor } from '../policy/flavor.ts';
import { formatPolicy, formatRole } from '../policy/format-json.ts';
import type { Effect, Policy } from '../policy/policy.ts';
import { InvalidPolicyError } from '../policy/policy-error.ts';
import type { Role } from '../policy/role.ts';
import { jsonFieldFromProto, jsonFieldToProto } from './policy-values.ts';

/** @throws {InvalidPolicyError} */
export function flavorFromProto(flavor: FlavorMessage): Flavor {
  switch (flavor) {
    case FlavorMessage.EXACT:
      return 'exact';
    case FlavorMessage.GLOB:
      return 'glob';
    case FlavorMessage.REGEX:
      return 'regex';
    case FlavorMessage.UNSPECIFIED:
      throw new InvalidPolicyError('the flavor is missing');
    default: // enums are open
      throw new InvalidPolicyError(`there is no flavor ${flavor satisfies never}`);
  }
}

/** Without a request it is the one with empty fields. @throws {InvalidPolicyError} */
export function accessRequestFromProto(message: AccessRequestMessage | undefined): AccessRequest {
  const { subject = '', resource = '', action = '', context = {} } = message ?? {};
  return { subject, resource, action, context: jsonFieldFromProto(context, 'context') };
}

/**
 * The policy of a message, with a random id if it has none.
 * @throws {InvalidPolicyError}
 */
export function policyFromProto(message: PolicyMessage | undefined): Policy {
  if (message === undefined) throw new InvalidPolicyError('the policy is missing');
  const { id, description, subjects, resources, actions, effect, conditions } = message;
  const document = formatPolicy({
    id,
    description,
    subjects: listFromProto(subjects),
    resources: listFromProto(resources),
    actions: listFromProto(actions),
    effect: effectFromProto(effect),
    conditions: jsonFieldFromProto(conditions, 'conditions'),
  });
  // Read as the document that will be stored, so what makes a policy valid is said once.
  return parsePolicy(document);
}

export function policyToProto(policy: Policy): PolicyMessage {
  const { id, description, subjects, resources, actions, effect, conditions } = policy;
  const message = create(PolicySchema, {
    id,
    description,
    subjects: [...(subjects ?? [])],
    resources: [...(resources ?? [])],
    actions: [...(actions ?? [])],
    effect: effectToProto(effect),
  });
  message.conditions = jsonFieldToProto(conditions); // `create` would lose keys
  return message;
}

/** As policyFromProto. @throws {InvalidPolicyError} */
export function roleFromProto(message: Omit<RoleMessage, '$typeName'> | undefined): Role {
  if (message === undefined) throw new InvalidPolicyError('the role is missing');
  const { id, description, members } = message;
  return parseRole(formatRole({ id, description, members: listFromProto(members) }));
}

export function roleToProto({ id, description, members }: Role): RoleMessage {
  return create(RoleSchema, { id, description, members: [...(members ?? [])] });
}

export function explanationToProto(explanation: DecisionExplanation, subject: string): ExplainResponse {
  const { allowed, error = '', roleIds, policies, truncated } = explanation;
  return create(ExplainResponseSchema, {
    allowed,
    error,
    roles: [...roleIds],
    policies: policies.map((policy) => explainedPolicyToProto(policy, subject)),
    truncated,
  });
}

const OUTCOMES: Readonly<Record<ExplainedPolicy['kind'], Outcome>> = {
  applied: Outcome.APPLIED,
  unmet: Outcome.UNMET,
  failed: Outcome.FAILED,
};

function explainedPolicyToProto(policy: ExplainedPolicy, subject: string): ExplainedPolicyMessage {
  const { id, kind } = policy;
  const common = { id, effect: effectToProto(policy.effect), outcome: OUTCOMES[kind] };
  if (policy.kind === 'failed') return create(ExplainedPolicySchema, { ...common, error: policy.message });
  return create(ExplainedPolicySchema, {
    ...common,
    resourcePattern: policy.resource.pattern,
    subjectPattern: policy.subject.pattern,
    ...(policy.subject.value === subject ? {} : { role: policy.subject.value }),
    actionPattern: policy.action.pattern,
    conditions: policy.conditions.map(({ key, type, isMet }) => ({ key, type, met: isMet })),
  });
}

/** A message cannot tell an empty list from none. */
function listFromProto(items: readonly string[]): readonly string[] | undefined {
  return items.length === 0 ? undefined : items;
}

function effectFromProto(effect: EffectMessage): Effect {
  switch (effect) {
    case EffectMessage.ALLOW:
      return 'allow';
    case EffectMessage.DENY:
      return 'deny';
    case EffectMessage.UNSPECIFIED:
      throw new InvalidPolicyError('the effect of the policy is missing');
    default: // enums are open
      throw new InvalidPolicyError(`there is no effect ${effect satisfies never}`);
  }
}

function effectToProto(effect: Effect): EffectMessage {
  return effect === 'allow' ? EffectMessage.ALLOW : EffectMessage.DENY;
}
