import type { Operation, Parameter } from './operation.ts';
import { errorResponse, errorResponses, jsonContent, jsonResponse, SNAPTOKEN_HEADER } from './responses.ts';
import { schemaRef } from './schemas.ts';

// The model and its versions (docs/beyond-keto.md).

const refused = errorResponse(
  'The model is in the configuration (`MODEL_IN_CONFIGURATION`), another version is the newest (`MODEL_CHANGED`), or stored tuples would lose what they refer to (`ORPHANED_TUPLES`).',
);

export const listModels: Operation = {
  operationId: 'listModels',
  tags: ['model'],
  summary: 'List the versions of the model',
  parameters: [
    {
      name: 'page_size',
      in: 'query',
      description: 'How many at most: 100 by default, at most 1,000.',
      schema: { type: 'integer', format: 'int64' },
    },
    parameter('page_token', 'The `next_page_token` of the page before.'),
  ],
  responses: {
    200: jsonResponse('The versions in the database, the newest first.', schemaRef('Models')),
    ...errorResponses(400),
  },
};

export const readModel: Operation = {
  operationId: 'readModel',
  tags: ['model'],
  summary: 'Show a version of the model',
  parameters: [
    {
      name: 'id',
      in: 'path',
      required: true,
      description: 'The id of the version, or `newest`.',
      schema: { type: 'string' },
    },
  ],
  responses: {
    200: jsonResponse('The version with its files.', schemaRef('ModelWithFiles')),
    404: errorResponse('There is no version with this id.'),
    default: errorResponse('Any other error.'),
  },
};

export const diffModels: Operation = {
  operationId: 'diffModels',
  tags: ['model'],
  summary: 'Compare two versions of the model',
  description: 'What changes from one to the other, and which stored tuples lose what they refer to.',
  parameters: [
    parameter('from', 'The id of a version; the newest by default.'),
    parameter('to', 'The id of a version; the newest by default.'),
  ],
  responses: {
    200: jsonResponse('The differences.', schemaRef('ModelDiff')),
    404: errorResponse('There is no version with such an id.'),
    default: errorResponse('Any other error.'),
  },
};

export const writeModel: Operation = {
  operationId: 'writeModel',
  tags: ['model'],
  summary: 'Write a version of the model',
  description:
    'For servers without `namespaces` in their configuration. The version is in force on the server that answers, and on every other one for requests that ask for the latest state or send the `snaptoken` of the answer; for all others within moments. Members that are not known and `null` are refused.',
  requestBody: { required: true, description: 'The whole model.', content: jsonContent(schemaRef('WriteModelBody')) },
  responses: {
    200: jsonResponse('What was written, and what changes.', schemaRef('WrittenModel'), SNAPTOKEN_HEADER),
    400: errorResponse('The request is malformed, or the files have errors (`INVALID_MODEL`).'),
    422: refused,
    default: errorResponse('Any other error.'),
  },
};

export const validateModel: Operation = {
  operationId: 'validateModel',
  tags: ['model'],
  summary: 'Find out what files of a model would do',
  description:
    'What is wrong with them, what changes, and which stored tuples lose what they refer to. Members that are not known and `null` are refused.',
  requestBody: { required: true, description: 'The whole model.', content: jsonContent(schemaRef('ModelFiles')) },
  responses: {
    200: jsonResponse('What was found; errors too.', schemaRef('ValidatedModel')),
    ...errorResponses(400),
  },
};

function parameter(name: string, description: string): Parameter {
  return { name, in: 'query', description, schema: { type: 'string' } };
}
