/** What is stored, and how the program and the API speak of it. */
export interface ItemKind {
  readonly path: 'policies' | 'roles';
  readonly one: string;
  readonly many: string;
  /** The names of the API's operations (contract: acp §2). */
  readonly operations: {
    readonly upsert: string;
    readonly list: string;
    readonly get: string;
    readonly delete: string;
  };
  /** The keys of a document, and the types of their values. */
  readonly keys: Readonly<Record<string, 'string' | 'strings' | 'any'>>;
}

export const policyKind: ItemKind = {
  path: 'policies',
  one: 'ORY Access Control Policy',
  many: 'ORY Access Control Policies',
  operations: {
    upsert: 'upsertOryAccessControlPolicy',
    list: 'listOryAccessControlPolicies',
    get: 'getOryAccessControlPolicy',
    delete: 'deleteOryAccessControlPolicy',
  },
  keys: {
    id: 'string',
    description: 'string',
    subjects: 'strings',
    resources: 'strings',
    actions: 'strings',
    effect: 'string',
    conditions: 'any',
  },
};

export const roleKind: ItemKind = {
  path: 'roles',
  one: 'ORY Access Control Policy Role',
  many: 'ORY Access Control Policy Roles',
  operations: {
    upsert: 'upsertOryAccessControlPolicyRole',
    list: 'listOryAccessControlPolicyRoles',
    get: 'getOryAccessControlPolicyRole',
    delete: 'deleteOryAccessControlPolicyRole',
  },
  keys: { id: 'string', description: 'string', members: 'strings' },
};
