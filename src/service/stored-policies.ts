import type { PolicyDocuments } from '../persistence/policy-documents.ts';
import { parsePolicy, parseRole } from '../policy/documents.ts';
import type { Flavor } from '../policy/flavor.ts';
import { formatPolicy, formatRole } from '../policy/format-json.ts';
import type { Policy } from '../policy/policy.ts';
import type { Page, PolicyStore, StoreOptions } from '../policy/policy-store.ts';
import type { Role } from '../policy/role.ts';

/** What a collection of documents holds. */
export interface Collection {
  readonly flavor: Flavor;
  readonly kind: 'policies' | 'roles';
}

/** The collection of a name that {@link collectionName} made. */
export function parseCollection(name: string): Collection {
  const [flavor, kind] = name.split('/');
  return { flavor: flavor as Flavor, kind: kind as Collection['kind'] }; // our own names
}

/** Policies and roles, kept as the JSON documents that the API answers. */
export class StoredPolicies implements PolicyStore {
  readonly #documents: PolicyDocuments;

  constructor({ documents }: { documents: PolicyDocuments }) {
    this.#documents = documents;
  }

  async upsertPolicy(flavor: Flavor, policy: Policy, options?: StoreOptions): Promise<void> {
    const text = formatPolicy(policy);
    await this.#documents.edit(policyKey(flavor, policy.id), () => text, options);
  }

  async getPolicy(flavor: Flavor, id: string, options?: StoreOptions): Promise<Policy | undefined> {
    const text = await this.#documents.read(policyKey(flavor, id), options);
    return text === undefined ? undefined : parsePolicy(text);
  }

  async listPolicies(flavor: Flavor, page: Page, options?: StoreOptions): Promise<readonly Policy[]> {
    const collection = collectionName({ flavor, kind: 'policies' });
    return (await this.#documents.list(collection, { ...page, ...options })).map((text) => parsePolicy(text));
  }

  async deletePolicy(flavor: Flavor, id: string, options?: StoreOptions): Promise<void> {
    await this.#documents.edit(policyKey(flavor, id), () => undefined, options);
  }

  async upsertRole(flavor: Flavor, role: Role, options?: StoreOptions): Promise<void> {
    const text = formatRole(role);
    await this.#documents.edit(roleKey(flavor, role.id), () => text, options);
  }

  async getRole(flavor: Flavor, id: string, options?: StoreOptions): Promise<Role | undefined> {
    const text = await this.#documents.read(roleKey(flavor, id), options);
    return text === undefined ? undefined : parseRole(text);
  }

  async listRoles(flavor: Flavor, page: Page, options?: StoreOptions): Promise<readonly Role[]> {
    const collection = collectionName({ flavor, kind: 'roles' });
    return (await this.#documents.list(collection, { ...page, ...options })).map((text) => parseRole(text));
  }

  async deleteRole(flavor: Flavor, id: string, options?: StoreOptions): Promise<void> {
    await this.#documents.edit(roleKey(flavor, id), () => undefined, options);
  }

  async changeRole(
    flavor: Flavor,
    id: string,
    change: (role: Role | undefined) => Role | undefined,
    options?: StoreOptions,
  ): Promise<Role | undefined> {
    const changeText = (text: string | undefined): string | undefined => {
      const changed = change(text === undefined ? undefined : parseRole(text));
      return changed === undefined ? undefined : formatRole(changed);
    };
    const text = await this.#documents.edit(roleKey(flavor, id), changeText, options);
    return text === undefined ? undefined : parseRole(text);
  }
}

function policyKey(flavor: Flavor, id: string) {
  return { collection: collectionName({ flavor, kind: 'policies' }), id };
}

function roleKey(flavor: Flavor, id: string) {
  return { collection: collectionName({ flavor, kind: 'roles' }), id };
}

function collectionName({ flavor, kind }: Collection): string {
  return `${flavor}/${kind}`;
}
