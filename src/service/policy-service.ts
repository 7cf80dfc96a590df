import { InvalidArgumentError, SthenoError } from '../errors.ts';
import type { AccessRequest } from '../policy/access-request.ts';
import { isAllowed } from '../policy/decide.ts';
import { type DecisionExplanation, explainDecision } from '../policy/explain.ts';
import type { Flavor } from '../policy/flavor.ts';
import { isListedPolicy, isListedRole, type PolicyFilter, type RoleFilter } from '../policy/list-filter.ts';
import type { Policy } from '../policy/policy.ts';
import type { Page, PolicyStore } from '../policy/policy-store.ts';
import { type Role, withMembers, withoutMember } from '../policy/role.ts';
import { type BatchDecision, decideTogether } from './policy-batch.ts';
import type { PolicyIndexes } from './policy-indexes.ts';
import type { Call } from './rpc-service.ts';
import type { Settings } from './settings.ts';

/** How many policies an explanation names, unless another number is asked for. */
const DEFAULT_EXPLAINED = 100;
const MAX_EXPLAINED = 1_000;

/** Gets every decision, for the metrics. */
export interface PolicyObserver {
  decided(decision: PolicyDecision): void;
}

export interface PolicyDecision {
  readonly flavor: Flavor;
  readonly decision: 'allowed' | 'denied' | 'error';
  readonly durationMs: number;
}

type CallSignal = Pick<Call, 'signal'>;

/** The legacy access control policies (contract: acp §2), whatever the protocol. */
export class PolicyService {
  readonly #store: PolicyStore;
  readonly #indexes: Pick<PolicyIndexes, 'fresh'>;
  readonly #settings: () => Pick<Settings, 'maxBatchCheckSize'>;
  readonly #observer: PolicyObserver | undefined;

  constructor(dependencies: {
    store: PolicyStore;
    indexes: Pick<PolicyIndexes, 'fresh'>;
    settings: () => Pick<Settings, 'maxBatchCheckSize'>;
    observer?: PolicyObserver | undefined;
  }) {
    this.#store = dependencies.store;
    this.#indexes = dependencies.indexes;
    this.#settings = dependencies.settings;
    this.#observer = dependencies.observer;
  }

  /**
   * Whether the policies of the flavor allow it, with every write that was acknowledged before.
   * @throws {PolicyEvaluationError} when a stored policy that has to be looked at cannot be evaluated
   */
  async allowed(flavor: Flavor, request: AccessRequest): Promise<boolean> {
    const beganMs = performance.now();
    let decision: PolicyDecision['decision'] = 'error';
    try {
      const isGranted = isAllowed(await this.#indexes.fresh(flavor), request);
      decision = isGranted ? 'allowed' : 'denied';
      return isGranted;
    } finally {
      this.#observer?.decided({ flavor, decision, durationMs: performance.now() - beganMs });
    }
  }

  /**
   * Many questions at once, all answered by one state of the policies, in their order.
   * @throws {InvalidArgumentError} when there are too many
   * @throws {SthenoError} `aborted` when the policies changed too often meanwhile
   */
  async batchAllowed(
    flavor: Flavor,
    requests: readonly AccessRequest[],
    call: Pick<Call, 'abortReason' | 'signal'>,
  ): Promise<readonly BatchDecision[]> {
    const { maxBatchCheckSize } = this.#settings();
    if (requests.length > maxBatchCheckSize) {
      throw new InvalidArgumentError({ message: `batch exceeds max size of ${maxBatchCheckSize}` });
    }
    const decisions = await decideTogether(() => this.#indexes.fresh(flavor), requests, call);
    for (const { allowed, error, durationMs } of decisions) {
      const decision = error !== undefined ? 'error' : allowed ? 'allowed' : 'denied';
      this.#observer?.decided({ flavor, decision, durationMs });
    }
    return decisions;
  }

  /**
   * The decision with its reasons; that there is none is an answer too. At most `maxPolicies` policies are named:
   * below 1 it is 100, above 1,000 it is 1,000.
   */
  async explain(
    flavor: Flavor,
    request: AccessRequest,
    { maxPolicies }: { maxPolicies: number },
  ): Promise<DecisionExplanation> {
    const index = await this.#indexes.fresh(flavor);
    const limit = maxPolicies < 1 ? DEFAULT_EXPLAINED : Math.min(maxPolicies, MAX_EXPLAINED);
    return explainDecision(index, request, { maxPolicies: limit });
  }

  upsertPolicy(flavor: Flavor, policy: Policy, { signal }: CallSignal): Promise<void> {
    return this.#store.upsertPolicy(flavor, policy, { signal });
  }

  /** @throws {SthenoError} `not_found` */
  async getPolicy(flavor: Flavor, id: string, { signal }: CallSignal): Promise<Policy> {
    return (await this.#store.getPolicy(flavor, id, { signal })) ?? missing();
  }

  /** Those of a page that match: the page is taken first (acp §2.4). */
  async listPolicies(flavor: Flavor, page: Page, filter: PolicyFilter, { signal }: CallSignal): Promise<Policy[]> {
    const policies = await this.#store.listPolicies(flavor, page, { signal });
    return policies.filter((policy) => isListedPolicy(policy, filter));
  }

  deletePolicy(flavor: Flavor, id: string, { signal }: CallSignal): Promise<void> {
    return this.#store.deletePolicy(flavor, id, { signal });
  }

  upsertRole(flavor: Flavor, role: Role, { signal }: CallSignal): Promise<void> {
    return this.#store.upsertRole(flavor, role, { signal });
  }

  /** @throws {SthenoError} `not_found` */
  async getRole(flavor: Flavor, id: string, { signal }: CallSignal): Promise<Role> {
    return (await this.#store.getRole(flavor, id, { signal })) ?? missing();
  }

  /** As with policies. */
  async listRoles(flavor: Flavor, page: Page, filter: RoleFilter, { signal }: CallSignal): Promise<Role[]> {
    const roles = await this.#store.listRoles(flavor, page, { signal });
    return roles.filter((role) => isListedRole(role, filter));
  }

  deleteRole(flavor: Flavor, id: string, { signal }: CallSignal): Promise<void> {
    return this.#store.deleteRole(flavor, id, { signal });
  }

  /**
   * Adds the members of `added` to the role with its id; a role that does not exist becomes `added` itself
   * (acp §2.3). Answers the role that is stored now.
   */
  async addMembers(flavor: Flavor, added: Role, { signal }: CallSignal): Promise<Role> {
    const add = (role: Role | undefined) => (role === undefined ? added : withMembers(role, added.members ?? []));
    return (await this.#store.changeRole(flavor, added.id, add, { signal })) ?? missing();
  }

  /** @throws {SthenoError} `not_found` for the role; a member that it does not have is no error */
  async removeMember(flavor: Flavor, id: string, member: string, { signal }: CallSignal): Promise<Role> {
    const remove = (role: Role | undefined) => (role === undefined ? undefined : withoutMember(role, member));
    return (await this.#store.changeRole(flavor, id, remove, { signal })) ?? missing();
  }
}

function missing(): never {
  throw new SthenoError('not_found');
}
