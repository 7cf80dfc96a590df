import type { Operation } from './operation.ts';
import {
  CONSISTENCY,
  NAMESPACE_REQUIRED,
  PAGE_SIZE,
  PAGE_TOKEN,
  SNAPTOKEN,
  TUPLE_PARAMETERS,
  WARNINGS,
} from './parameters.ts';
import {
  emptyResponse,
  errorResponses,
  jsonContent,
  jsonResponse,
  SNAPTOKEN_HEADER,
  textContent,
} from './responses.ts';
import { schemaRef } from './schemas.ts';

const patch = { type: 'array', items: schemaRef('RelationshipPatch') };
const applied = emptyResponse('The changes are made.', SNAPTOKEN_HEADER);

// What the routes about tuples and the model do (contract: REST §5, §7 to §9).

export const getRelationships: Operation = {
  operationId: 'getRelationships',
  tags: ['relationship'],
  summary: 'List relation tuples',
  description:
    'Lists the tuples that are equal in every part that is given, a page at a time, ordered by namespace, object, ' +
    'relation and subject. A part that is empty must be empty.',
  parameters: [...TUPLE_PARAMETERS, PAGE_SIZE, PAGE_TOKEN, SNAPTOKEN, CONSISTENCY],
  responses: {
    200: jsonResponse('A page.', schemaRef('Relationships'), SNAPTOKEN_HEADER),
    ...errorResponses(400, 404),
  },
};

export const listRelationshipNamespaces: Operation = {
  operationId: 'listRelationshipNamespaces',
  tags: ['relationship'],
  summary: 'List the namespaces of the model',
  responses: { 200: jsonResponse('The namespaces.', schemaRef('RelationshipNamespaces')), ...errorResponses() },
};

export const createRelationship: Operation = {
  operationId: 'createRelationship',
  tags: ['relationship'],
  summary: 'Create a relation tuple',
  description: 'Creating a tuple that exists changes nothing. An array of changes means what it means with PATCH.',
  requestBody: {
    required: true,
    description: 'The tuple.',
    content: jsonContent({ oneOf: [schemaRef('Relationship'), patch] }),
  },
  responses: {
    201: jsonResponse('The tuple exists.', schemaRef('Relationship'), {
      ...SNAPTOKEN_HEADER,
      Location: {
        description: 'The list on the read port that shows the tuple; absent when it would be longer than 4 KiB.',
        schema: { type: 'string' },
      },
    }),
    204: applied,
    ...errorResponses(400, 404),
  },
};

export const patchRelationships: Operation = {
  operationId: 'patchRelationships',
  tags: ['relationship'],
  summary: 'Insert and delete relation tuples in one transaction',
  description: 'The changes are made in the order in which they stand; when one cannot be made, none is.',
  requestBody: { required: true, description: 'The changes.', content: jsonContent(patch) },
  responses: { 204: applied, ...errorResponses(400, 404) },
};

export const deleteRelationships: Operation = {
  operationId: 'deleteRelationships',
  tags: ['relationship'],
  summary: 'Delete the relation tuples that match',
  description: 'Deletes the tuples that are equal in every part that is given. Any other parameter is refused.',
  parameters: NAMESPACE_REQUIRED,
  responses: { 204: applied, ...errorResponses(400, 404) },
};

export const checkOplSyntax: Operation = {
  operationId: 'checkOplSyntax',
  tags: ['relationship'],
  summary: 'Check a document in the permission language',
  description: 'A document with errors is a successful request.',
  parameters: [WARNINGS],
  requestBody: { required: true, description: 'The document.', content: textContent() },
  responses: { 200: jsonResponse('What is wrong.', schemaRef('CheckOplSyntaxResult')), ...errorResponses() },
};
