import type { Operation, OperationResponse } from './operation.ts';
import { CONSISTENCY, LATEST, MAX_DEPTH, OBJECT_PARAMETERS, SNAPTOKEN, TUPLE_PARAMETERS } from './parameters.ts';
import { errorResponses, jsonContent, jsonResponse, LIMITATION_HEADER, SNAPTOKEN_HEADER } from './responses.ts';
import { schemaRef } from './schemas.ts';

const UNKNOWN_IS_DENIED = 'An unknown namespace denies; an undeclared relation is an error.';
const MIRRORED = `The status says the same as the body: 200 or 403. ${UNKNOWN_IS_DENIED}`;
const ALWAYS_OK = `The status is 200 for both answers. ${UNKNOWN_IS_DENIED}`;

const questionInQuery = [...TUPLE_PARAMETERS, MAX_DEPTH, SNAPTOKEN, LATEST, CONSISTENCY];
const questionInBody = {
  parameters: [MAX_DEPTH, SNAPTOKEN, LATEST, CONSISTENCY],
  requestBody: { required: true, description: 'The question.', content: jsonContent(schemaRef('Relationship')) },
};

const checkErrors = errorResponses(400, 422);
const mirrored: Operation['responses'] = {
  200: result('Allowed.'),
  403: result('Denied.'),
  ...checkErrors,
};
const alwaysOk: Operation['responses'] = { 200: result('Allowed or denied.'), ...checkErrors };

function result(description: string): OperationResponse {
  return jsonResponse(description, schemaRef('CheckPermissionResult'), { ...SNAPTOKEN_HEADER, ...LIMITATION_HEADER });
}

// What the routes that answer questions do (contract: REST §4, §6).

export const checkPermissionOrError: Operation = {
  operationId: 'checkPermissionOrError',
  tags: ['permission'],
  summary: 'Check a permission, with the answer in the status',
  description: MIRRORED,
  parameters: questionInQuery,
  responses: mirrored,
};

export const postCheckPermissionOrError: Operation = {
  operationId: 'postCheckPermissionOrError',
  tags: ['permission'],
  summary: 'Check a permission that is in the body, with the answer in the status',
  description: MIRRORED,
  ...questionInBody,
  responses: mirrored,
};

export const checkPermission: Operation = {
  operationId: 'checkPermission',
  tags: ['permission'],
  summary: 'Check a permission',
  description: ALWAYS_OK,
  parameters: questionInQuery,
  responses: alwaysOk,
};

export const postCheckPermission: Operation = {
  operationId: 'postCheckPermission',
  tags: ['permission'],
  summary: 'Check a permission that is in the body',
  description: ALWAYS_OK,
  ...questionInBody,
  responses: alwaysOk,
};

export const batchCheckPermission: Operation = {
  operationId: 'batchCheckPermission',
  tags: ['permission'],
  summary: 'Check many permissions at one revision',
  description: 'What goes wrong with one question, an unknown namespace included, is said in its result.',
  parameters: questionInBody.parameters,
  requestBody: {
    required: true,
    description: 'The questions.',
    content: jsonContent(schemaRef('BatchCheckPermissionBody')),
  },
  responses: {
    200: jsonResponse('The answers.', schemaRef('BatchCheckPermissionResult'), {
      ...SNAPTOKEN_HEADER,
      ...LIMITATION_HEADER,
    }),
    ...errorResponses(400),
  },
};

export const expandPermissions: Operation = {
  operationId: 'expandPermissions',
  tags: ['permission'],
  summary: 'Show who is in a subject set, and why',
  parameters: [...OBJECT_PARAMETERS, MAX_DEPTH, SNAPTOKEN, CONSISTENCY],
  responses: {
    200: jsonResponse(
      'The tree of the subject set.',
      { oneOf: [schemaRef('ExpandedPermissionTree'), schemaRef('NoTree')] },
      SNAPTOKEN_HEADER,
    ),
    ...errorResponses(400, 404),
  },
};
