import { create } from '@bufbuild/protobuf';
import {
  AddRoleMembersResponseSchema,
  AllowedResponseSchema,
  BatchAllowedResponseSchema,
  DeletePolicyResponseSchema,
  DeleteRoleResponseSchema,
  GetPolicyResponseSchema,
  GetRoleResponseSchema,
  ListPoliciesResponseSchema,
  ListRolesResponseSchema,
  PolicyService as PolicyServiceDescriptor,
  RemoveRoleMemberResponseSchema,
  UpsertPolicyResponseSchema,
  UpsertRoleResponseSchema,
} from '#gen/stheno/policy/v1/policy_service_pb.js';
import { SthenoError } from '../errors.ts';
import { parsePage } from '../policy/list-filter.ts';
import { InvalidPolicyError } from '../policy/policy-error.ts';
import type { Page } from '../policy/policy-store.ts';
import {
  accessRequestFromProto,
  explanationToProto,
  flavorFromProto,
  policyFromProto,
  policyToProto,
  roleFromProto,
  roleToProto,
} from './policy-messages.ts';
import type { PolicyService } from './policy-service.ts';
import { implement, type RpcService, type ServiceHandlers } from './rpc-service.ts';

type Handlers = ServiceHandlers<typeof PolicyServiceDescriptor>;

/**
 * The legacy access control policies over gRPC. Where they may not be changed, methods that would are refused with
 * `unimplemented`, as if the port did not have them.
 */
export function policyRpcService(policies: PolicyService, { isWritable }: { isWritable: boolean }): RpcService {
  const changes = isWritable ? changeHandlers(policies) : REFUSED_CHANGES;
  return implement(PolicyServiceDescriptor, { ...questionHandlers(policies), ...readHandlers(policies), ...changes });
}

type Questions = Pick<Handlers, 'allowed' | 'batchAllowed' | 'explain'>;
type Reads = Pick<Handlers, 'getPolicy' | 'listPolicies' | 'getRole' | 'listRoles'>;
type Changes = Omit<Handlers, keyof Questions | keyof Reads>;

function questionHandlers(policies: PolicyService): Questions {
  return {
    async allowed({ flavor, request }) {
      const allowed = await policies.allowed(flavorFromProto(flavor), accessRequestFromProto(request));
      return create(AllowedResponseSchema, { allowed });
    },
    async batchAllowed({ flavor, requests }, call) {
      const questions = requests.map(accessRequestFromProto);
      const decisions = await policies.batchAllowed(flavorFromProto(flavor), questions, call);
      const results = decisions.map(({ allowed, error }) => ({ allowed, error: error?.message ?? '' }));
      return create(BatchAllowedResponseSchema, { results });
    },
    async explain({ flavor, request, maxPolicies }) {
      const question = accessRequestFromProto(request);
      const explanation = await policies.explain(flavorFromProto(flavor), question, { maxPolicies });
      return explanationToProto(explanation, question.subject);
    },
  };
}

function readHandlers(policies: PolicyService): Reads {
  return {
    async getPolicy({ flavor, id }, call) {
      const policy = await policies.getPolicy(flavorFromProto(flavor), id, call);
      return create(GetPolicyResponseSchema, { policy: policyToProto(policy) });
    },
    async listPolicies(request, call) {
      const { subject, resource, action } = request;
      const filter = { ids: idsOf(request), subject, resource, action };
      const found = await policies.listPolicies(flavorFromProto(request.flavor), pageOf(request), filter, call);
      return create(ListPoliciesResponseSchema, { policies: found.map(policyToProto) });
    },
    async getRole({ flavor, id }, call) {
      const role = await policies.getRole(flavorFromProto(flavor), id, call);
      return create(GetRoleResponseSchema, { role: roleToProto(role) });
    },
    async listRoles(request, call) {
      const filter = { ids: idsOf(request), member: request.member };
      const found = await policies.listRoles(flavorFromProto(request.flavor), pageOf(request), filter, call);
      return create(ListRolesResponseSchema, { roles: found.map(roleToProto) });
    },
  };
}

function changeHandlers(policies: PolicyService): Changes {
  return {
    async upsertPolicy(request, call) {
      const policy = policyFromProto(request.policy);
      await policies.upsertPolicy(flavorFromProto(request.flavor), policy, call);
      return create(UpsertPolicyResponseSchema, { policy: policyToProto(policy) });
    },
    async deletePolicy({ flavor, id }, call) {
      await policies.deletePolicy(flavorFromProto(flavor), id, call);
      return create(DeletePolicyResponseSchema);
    },
    async upsertRole(request, call) {
      const role = roleFromProto(request.role);
      await policies.upsertRole(flavorFromProto(request.flavor), role, call);
      return create(UpsertRoleResponseSchema, { role: roleToProto(role) });
    },
    async deleteRole({ flavor, id }, call) {
      await policies.deleteRole(flavorFromProto(flavor), id, call);
      return create(DeleteRoleResponseSchema);
    },
    async addRoleMembers({ flavor, roleId, members }, call) {
      // An id that is made up could never be asked about.
      if (roleId === '') throw new InvalidPolicyError('the id of the role is missing');
      const added = roleFromProto({ id: roleId, description: '', members });
      const role = await policies.addMembers(flavorFromProto(flavor), added, call);
      return create(AddRoleMembersResponseSchema, { role: roleToProto(role) });
    },
    async removeRoleMember({ flavor, roleId, member }, call) {
      const role = await policies.removeMember(flavorFromProto(flavor), roleId, member, call);
      return create(RemoveRoleMemberResponseSchema, { role: roleToProto(role) });
    },
  };
}

const REFUSED_CHANGES: Changes = {
  upsertPolicy: refuse,
  deletePolicy: refuse,
  upsertRole: refuse,
  deleteRole: refuse,
  addRoleMembers: refuse,
  removeRoleMember: refuse,
};

function refuse(): never {
  throw new SthenoError('unimplemented', { message: 'policies are changed on the write port' });
}

function idsOf({ ids }: { readonly ids: readonly string[] }): readonly string[] | undefined {
  return ids.length === 0 ? undefined : ids;
}

function pageOf({ limit, offset }: { readonly limit?: number | undefined; readonly offset: number }): Page {
  return parsePage({ limit: limit?.toString(), offset: offset.toString() });
}
