import type { Operation, OperationResponse, Parameter } from './operation.ts';
import { jsonContent, jsonResponse } from './responses.ts';
import { schemaRef } from './schemas.ts';

const flavor: Parameter = {
  name: 'flavor',
  in: 'path',
  required: true,
  description: 'How patterns are read. Each flavor has policies and roles of its own.',
  schema: { type: 'string', enum: ['exact', 'glob', 'regex'] },
};
const id = segment('id', 'The id.');
const paging: readonly Parameter[] = [
  integer('limit', 'How many at most: 100 by default, 500 at most. Taken before the filters.'),
  integer('offset', 'How many are skipped.'),
  {
    name: 'id',
    in: 'query',
    description: 'Only those with one of these ids.',
    schema: { type: 'array', items: { type: 'string' } },
  },
];

const policy = schemaRef('oryAccessControlPolicy');
const role = schemaRef('oryAccessControlPolicyRole');

const failed = jsonResponse(
  'The request cannot be understood, or a stored policy cannot be evaluated, or the server failed.',
  schemaRef('policyError'),
);
const other = jsonResponse('Any other error.', schemaRef('policyError'));
const unknownFlavor = jsonResponse('The flavor is unknown.', schemaRef('policyError'));
const unknown = jsonResponse('The flavor or the id is unknown.', schemaRef('policyError'));
const deleted: OperationResponse = { description: 'There is none with this id now.' };

// What the routes of the legacy access control policies do (contract: acp §2).

export const doOryAccessControlPoliciesAllow: Operation = {
  operationId: 'doOryAccessControlPoliciesAllow',
  tags: ['engines'],
  summary: 'Ask whether policies allow an action',
  description: 'The status says the same as the body: 200 or 403.',
  parameters: [flavor],
  requestBody: {
    required: true,
    description: 'The question.',
    content: jsonContent(schemaRef('oryAccessControlPolicyAllowedInput')),
  },
  responses: {
    200: jsonResponse('Allowed.', schemaRef('authorizationResult')),
    403: jsonResponse('Denied.', schemaRef('authorizationResult')),
    404: unknownFlavor,
    500: failed,
    default: other,
  },
};

const invalid = jsonResponse('The request cannot be understood.', schemaRef('policyError'));

export const batchAllowed: Operation = {
  operationId: 'batchDoOryAccessControlPoliciesAllow',
  tags: ['engines'],
  summary: 'Ask many questions of policies at once',
  description: 'All are answered by one state of the policies. There are at most `limit.max_batch_check_size`.',
  parameters: [flavor],
  requestBody: {
    required: true,
    description: 'The questions.',
    content: jsonContent(schemaRef('oryAccessControlPolicyAllowedBatch')),
  },
  responses: {
    200: jsonResponse('The answers.', schemaRef('authorizationResults')),
    400: invalid,
    404: unknownFlavor,
    default: other,
  },
};

export const explainAllowed: Operation = {
  operationId: 'explainOryAccessControlPoliciesAllow',
  tags: ['engines'],
  summary: 'Ask which policies decide, and why',
  parameters: [flavor],
  requestBody: {
    required: true,
    description: 'The question.',
    content: jsonContent(schemaRef('oryAccessControlPolicyAllowedInput')),
  },
  responses: {
    200: jsonResponse('The answer and its reasons.', schemaRef('authorizationExplanation')),
    400: invalid,
    404: unknownFlavor,
    default: other,
  },
};

export const upsertOryAccessControlPolicy: Operation = {
  operationId: 'upsertOryAccessControlPolicy',
  tags: ['engines'],
  summary: 'Store a policy, in the place of one with the same id',
  parameters: [flavor],
  requestBody: { required: true, description: 'The policy.', content: jsonContent(policy) },
  responses: { 200: jsonResponse('The stored policy.', policy), 404: unknownFlavor, 500: failed, default: other },
};

export const listOryAccessControlPolicies: Operation = {
  operationId: 'listOryAccessControlPolicies',
  tags: ['engines'],
  summary: 'List policies',
  description: 'A filter keeps the policies of the page that have exactly this text in the array, whatever it matches.',
  parameters: [
    flavor,
    ...paging,
    filter('subject', 'Only policies with this subject.'),
    filter('resource', 'Only policies with this resource.'),
    filter('action', 'Only policies with this action.'),
  ],
  responses: {
    200: jsonResponse('The policies, in the order in which they were first stored.', { type: 'array', items: policy }),
    404: unknownFlavor,
    default: other,
  },
};

export const getOryAccessControlPolicy: Operation = {
  operationId: 'getOryAccessControlPolicy',
  tags: ['engines'],
  summary: 'Show a policy',
  parameters: [flavor, id],
  responses: { 200: jsonResponse('The policy.', policy), 404: unknown, default: other },
};

export const deleteOryAccessControlPolicy: Operation = {
  operationId: 'deleteOryAccessControlPolicy',
  tags: ['engines'],
  summary: 'Delete a policy',
  parameters: [flavor, id],
  responses: { 204: deleted, 404: unknownFlavor, default: other },
};

export const upsertOryAccessControlPolicyRole: Operation = {
  operationId: 'upsertOryAccessControlPolicyRole',
  tags: ['engines'],
  summary: 'Store a role, in the place of one with the same id',
  parameters: [flavor],
  requestBody: { required: true, description: 'The role.', content: jsonContent(role) },
  responses: { 200: jsonResponse('The stored role.', role), 404: unknownFlavor, 500: failed, default: other },
};

export const listOryAccessControlPolicyRoles: Operation = {
  operationId: 'listOryAccessControlPolicyRoles',
  tags: ['engines'],
  summary: 'List roles',
  parameters: [flavor, ...paging, filter('member', 'Only roles with this member.')],
  responses: {
    200: jsonResponse('The roles, in the order in which they were first stored.', { type: 'array', items: role }),
    404: unknownFlavor,
    default: other,
  },
};

export const getOryAccessControlPolicyRole: Operation = {
  operationId: 'getOryAccessControlPolicyRole',
  tags: ['engines'],
  summary: 'Show a role',
  parameters: [flavor, id],
  responses: { 200: jsonResponse('The role.', role), 404: unknown, default: other },
};

export const deleteOryAccessControlPolicyRole: Operation = {
  operationId: 'deleteOryAccessControlPolicyRole',
  tags: ['engines'],
  summary: 'Delete a role',
  parameters: [flavor, id],
  responses: { 204: deleted, 404: unknownFlavor, default: other },
};

export const addOryAccessControlPolicyRoleMembers: Operation = {
  operationId: 'addOryAccessControlPolicyRoleMembers',
  tags: ['engines'],
  summary: 'Add members to a role',
  description: 'A role that does not exist is made. A member is there once afterwards.',
  parameters: [flavor, id],
  requestBody: {
    required: true,
    description: 'The members.',
    content: jsonContent(schemaRef('addOryAccessControlPolicyRoleMembersBody')),
  },
  responses: { 200: jsonResponse('The role.', role), 404: unknownFlavor, 500: failed, default: other },
};

export const removeOryAccessControlPolicyRoleMembers: Operation = {
  operationId: 'removeOryAccessControlPolicyRoleMembers',
  tags: ['engines'],
  summary: 'Remove a member from a role',
  parameters: [flavor, id, segment('member', 'The member; one that the role does not have is no error.')],
  responses: { 200: jsonResponse('The role.', role), 404: unknown, default: other },
};

function segment(name: string, description: string): Parameter {
  return { name, in: 'path', required: true, description, schema: { type: 'string' } };
}

function integer(name: string, description: string): Parameter {
  return { name, in: 'query', description, schema: { type: 'integer', format: 'int64' } };
}

function filter(name: string, description: string): Parameter {
  return { name, in: 'query', description, schema: { type: 'string' } };
}
