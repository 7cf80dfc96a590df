import type { Policy } from './policy.ts';
import type { Page } from './policy-store.ts';
import type { Role } from './role.ts';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 500;

/** Which policies of a page are shown. Each value that is there must be met, the empty string too (acp §2.4). */
export interface PolicyFilter {
  /** One of these must be the policy's id. */
  readonly ids?: readonly string[] | undefined;
  /** Must stand in the list as it is; no pattern is matched and no role looked up. */
  readonly subject?: string | undefined;
  readonly resource?: string | undefined;
  readonly action?: string | undefined;
}

/** Which roles of a page are shown. */
export interface RoleFilter {
  readonly ids?: readonly string[] | undefined;
  readonly member?: string | undefined;
}

export function isListedPolicy(policy: Policy, { ids, subject, resource, action }: PolicyFilter): boolean {
  return (
    (ids === undefined || ids.includes(policy.id)) &&
    holds(policy.subjects, subject) &&
    holds(policy.resources, resource) &&
    holds(policy.actions, action)
  );
}

export function isListedRole(role: Role, { ids, member }: RoleFilter): boolean {
  return (ids === undefined || ids.includes(role.id)) && holds(role.members, member);
}

/** The page that the query parameters `limit` and `offset` ask for; whatever they say, there is one (acp §6). */
export function parsePage({ limit, offset }: { limit?: string | undefined; offset?: string | undefined }): Page {
  return {
    limit: Math.min(Math.max(parseInteger(limit) ?? DEFAULT_LIMIT, 0), MAX_LIMIT),
    offset: Math.max(parseInteger(offset) ?? 0, 0),
  };
}

function holds(list: readonly string[] | undefined, value: string | undefined): boolean {
  return value === undefined || (list ?? []).includes(value);
}

/**
 * An integer of 64 bits. Those beyond 2^53 lose digits, which no list is long enough to tell.
 */
function parseInteger(text: string | undefined): number | undefined {
  if (text === undefined || !/^[+-]?[0-9]+$/.test(text)) return undefined;
  const integer = BigInt(text.replace('+', ''));
  return BigInt.asIntN(64, integer) === integer ? Math.min(Number(integer), Number.MAX_SAFE_INTEGER) : undefined;
}
