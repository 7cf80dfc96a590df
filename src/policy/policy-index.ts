import type { AccessRequest } from './access-request.ts';
import { FieldIndex } from './field-index.ts';
import type { Flavor } from './flavor.ts';
import type { JsonObject } from './json-value.ts';
import { readExpression, readPattern } from './pattern.ts';
import { type Compilable, PatternCache } from './pattern-cache.ts';
import type { Effect, Policy } from './policy.ts';
import { quote } from './policy-error.ts';
import { PolicyField } from './policy-field.ts';
import type { Role } from './role.ts';
import { RoleIndex } from './role-index.ts';

/** How many instructions of compiled patterns are kept: some tens of megabytes. */
const MAX_CACHED_INSTRUCTIONS = 500_000;

const FIELDS = ['resources', 'subjects', 'actions'] as const;

/** What a decision needs of a policy. */
export interface IndexedPolicy {
  readonly id: string;
  readonly effect: Effect;
  readonly conditions: JsonObject | undefined;
  readonly resources: PolicyField;
  readonly subjects: PolicyField;
  readonly actions: PolicyField;
}

/** The policies and roles of one flavor, ready for decisions. */
export class PolicyIndex {
  readonly #flavor: Flavor;
  readonly #policies = new Map<string, IndexedPolicy>();
  /** Policies with an invalid pattern: they can make any check fail, so each check has to look at them (acp §4.4). */
  readonly #flawed = new Set<IndexedPolicy>();
  readonly #fields = {
    resources: new FieldIndex<IndexedPolicy>(),
    subjects: new FieldIndex<IndexedPolicy>(),
    actions: new FieldIndex<IndexedPolicy>(),
  };
  readonly #roles = new RoleIndex();
  #version = 0;
  /** Compiled patterns, which match whole values. */
  readonly matchers: PatternCache;
  /**
   * Compiled expressions of conditions, which search. Never the same cache as that of the
   * patterns: one text means two things (acp §4.4).
   */
  readonly expressions: PatternCache;

  constructor({ flavor }: { flavor: Flavor }) {
    this.#flavor = flavor;
    this.matchers = new PatternCache({ read: (text) => readPrefixed(flavor, text), maxSize: MAX_CACHED_INSTRUCTIONS });
    this.expressions = new PatternCache({ read: readExpression, maxSize: MAX_CACHED_INSTRUCTIONS });
  }

  /** Another one after every change. */
  get version(): number {
    return this.#version;
  }

  get policyCount(): number {
    return this.#policies.size;
  }

  /** Adds the policy, or replaces the one with its id. */
  upsertPolicy({ id, effect, conditions, ...lists }: Policy): void {
    this.deletePolicy(id);
    const policy = {
      id,
      effect,
      conditions,
      resources: new PolicyField(this.#flavor, lists.resources),
      subjects: new PolicyField(this.#flavor, lists.subjects),
      actions: new PolicyField(this.#flavor, lists.actions),
    };
    this.#policies.set(id, policy);
    if (isFlawed(policy)) this.#flawed.add(policy);
    else for (const name of FIELDS) this.#fields[name].add(policy, policy[name]);
  }

  deletePolicy(id: string): void {
    this.#version++;
    const policy = this.#policies.get(id);
    if (policy === undefined) return;
    this.#policies.delete(id);
    if (!this.#flawed.delete(policy)) for (const name of FIELDS) this.#fields[name].delete(policy, policy[name]);
  }

  upsertRole(role: Role): void {
    this.#version++;
    this.#roles.upsert(role);
  }

  deleteRole(id: string): void {
    this.#version++;
    this.#roles.delete(id);
  }

  /** The ids of the roles that the subject is a member of. */
  roleIdsOf(subject: string): readonly string[] {
    return this.#roles.idsOf(subject);
  }

  /**
   * All policies that may apply to the request or make it fail, each once, and as few others as
   * the index can tell: those that the most selective of the three fields leaves.
   */
  candidates({ subject, resource, action }: AccessRequest): Iterable<IndexedPolicy> {
    let fewest = fewer(this.#fields.resources.lookUp([resource]), this.#fields.actions.lookUp([action]));
    const subjects = [subject, ...this.roleIdsOf(subject)];
    // Somebody with thousands of roles is not looked up in each of them to save a few candidates.
    if (count(fewest) > subjects.length) fewest = fewer(fewest, this.#fields.subjects.lookUp(subjects));
    const found = new Set(this.#flawed);
    for (const set of fewest) for (const policy of set) found.add(policy);
    return found;
  }
}

type Found = readonly ReadonlySet<IndexedPolicy>[];

function fewer(a: Found, b: Found): Found {
  return count(b) < count(a) ? b : a;
}

function count(sets: Found): number {
  return sets.reduce((sum, { size }) => sum + size, 0);
}

function isFlawed(policy: IndexedPolicy): boolean {
  return FIELDS.some((name) => policy[name].flaw !== undefined);
}

/** A pattern that a field found to be of this kind before. */
function readPrefixed(flavor: Flavor, text: string): Compilable {
  const pattern = readPattern(flavor, text);
  if (pattern.kind !== 'prefixed') throw new Error(`BUG: ${quote(text)} was to be matched as a pattern`);
  return pattern.compilable;
}
