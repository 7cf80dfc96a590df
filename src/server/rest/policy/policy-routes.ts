import type { PolicyService } from '../../../service/policy-service.ts';
import type { DescribedRoute } from '../openapi/operation.ts';
import * as operations from '../openapi/policy-operations.ts';
import type { Route } from '../route.ts';
import { addedPolicyErrorAnswer, policyErrorAnswer } from './policy-error-answer.ts';
import * as handlers from './policy-handlers.ts';

const BASE = '/engines/acp/ory/{flavor}';

/** Questions and lists of the legacy access control policies (contract: acp §2). */
export function policyReadRoutes(policies: PolicyService): DescribedRoute[] {
  return [
    row('POST', '/allowed', operations.doOryAccessControlPoliciesAllow, handlers.allowed(policies)),
    added('/allowed/batch', operations.batchAllowed, handlers.batchAllowed(policies)),
    added('/allowed/explain', operations.explainAllowed, handlers.explain(policies)),
    row('GET', '/policies', operations.listOryAccessControlPolicies, handlers.listPolicies(policies)),
    row('GET', '/policies/{id}', operations.getOryAccessControlPolicy, handlers.getPolicy(policies)),
    row('GET', '/roles', operations.listOryAccessControlPolicyRoles, handlers.listRoles(policies)),
    row('GET', '/roles/{id}', operations.getOryAccessControlPolicyRole, handlers.getRole(policies)),
  ];
}

/** Their changes. */
export function policyWriteRoutes(policies: PolicyService): DescribedRoute[] {
  return [
    row('PUT', '/policies', operations.upsertOryAccessControlPolicy, handlers.upsertPolicy(policies)),
    row('DELETE', '/policies/{id}', operations.deleteOryAccessControlPolicy, handlers.deletePolicy(policies)),
    row('PUT', '/roles', operations.upsertOryAccessControlPolicyRole, handlers.upsertRole(policies)),
    row('DELETE', '/roles/{id}', operations.deleteOryAccessControlPolicyRole, handlers.deleteRole(policies)),
    row('PUT', '/roles/{id}/members', operations.addOryAccessControlPolicyRoleMembers, handlers.addMembers(policies)),
    row(
      'DELETE',
      '/roles/{id}/members/{member}',
      operations.removeOryAccessControlPolicyRoleMembers,
      handlers.removeMember(policies),
    ),
  ];
}

function row(
  method: Route['method'],
  path: string,
  operation: DescribedRoute['operation'],
  handle: Route['handle'],
): DescribedRoute {
  return {
    method,
    path: BASE + path,
    operation,
    handle,
    implied: 'OPTIONS',
    toErrorAnswer: policyErrorAnswer,
  };
}

/** A question that old releases did not know. */
function added(path: string, operation: DescribedRoute['operation'], handle: Route['handle']): DescribedRoute {
  return { ...row('POST', path, operation, handle), toErrorAnswer: addedPolicyErrorAnswer };
}
