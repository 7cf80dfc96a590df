import type { Flavor } from './flavor.ts';
import type { Policy } from './policy.ts';
import type { Role } from './role.ts';

/** A page of a list, already brought into the bounds of acp §6. */
export interface Page {
  readonly limit: number;
  readonly offset: number;
}

export interface StoreOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Where policies and roles are kept. Lists stand in the order in which items were first
 * stored; replacing an item keeps its place. Writes of one item are atomic, and the last one wins.
 */
export interface PolicyStore {
  /** Inserts the policy, or replaces all of the one with its id. */
  upsertPolicy(flavor: Flavor, policy: Policy, options?: StoreOptions): Promise<void>;
  getPolicy(flavor: Flavor, id: string, options?: StoreOptions): Promise<Policy | undefined>;
  listPolicies(flavor: Flavor, page: Page, options?: StoreOptions): Promise<readonly Policy[]>;
  /** Deletes the policy; one that is not stored is no error. */
  deletePolicy(flavor: Flavor, id: string, options?: StoreOptions): Promise<void>;

  upsertRole(flavor: Flavor, role: Role, options?: StoreOptions): Promise<void>;
  getRole(flavor: Flavor, id: string, options?: StoreOptions): Promise<Role | undefined>;
  listRoles(flavor: Flavor, page: Page, options?: StoreOptions): Promise<readonly Role[]>;
  deleteRole(flavor: Flavor, id: string, options?: StoreOptions): Promise<void>;
  /**
   * Replaces a role by what `change` makes of it (undefined: of none), in one transaction that
   * nobody else's change of the role comes between, so additions made at the same time all stay
   * (acp §2.3). Answers what is stored afterwards; `undefined` from `change` stores nothing.
   */
  changeRole(
    flavor: Flavor,
    id: string,
    change: (role: Role | undefined) => Role | undefined,
    options?: StoreOptions,
  ): Promise<Role | undefined>;
}
