import { randomUUID } from 'node:crypto';
import type { Policy } from './policy.ts';
import { InvalidPolicyError } from './policy-error.ts';
import type { Role } from './role.ts';

/**
 * Longer than any pattern that a person writes. Patterns are compiled whenever an instance
 * loads them, and that takes time in proportion to their length.
 */
export const MAX_PATTERN_LENGTH = 65_536;

/** A policy as a client sends it: perhaps without an id, with whatever it calls an effect. */
export interface PolicyDraft extends Omit<Policy, 'effect'> {
  readonly effect: string;
}

/**
 * The policy of a draft, with a random id if it has none. Patterns and conditions are not
 * looked into (contract: acp §2.2), but for their size. Throws an `InvalidPolicyError`.
 */
export function completePolicy(draft: PolicyDraft): Policy {
  const { effect } = draft;
  if (effect !== 'allow' && effect !== 'deny') {
    throw new InvalidPolicyError(`invalid policy effect ${effect}, only allow and deny are supported`);
  }
  for (const field of ['subjects', 'resources', 'actions'] as const) {
    const tooLong = draft[field]?.find((pattern) => pattern.length > MAX_PATTERN_LENGTH);
    if (tooLong !== undefined) {
      const size = `${tooLong.length} characters, the most are ${MAX_PATTERN_LENGTH}`;
      throw new InvalidPolicyError(`a pattern of "${field}" has ${size}`);
    }
  }
  return { ...draft, effect, id: draft.id === '' ? randomUUID() : draft.id };
}

/** The role, with a random id if it has none. */
export function completeRole(role: Role): Role {
  return role.id === '' ? { ...role, id: randomUUID() } : role;
}
