import type { Operation, Schema } from './operation.ts';
import { CONSISTENCY_CHOICE, LATEST, SNAPTOKEN, TUPLE_PARAMETERS } from './parameters.ts';
import { errorResponse, errorResponses, jsonContent, jsonResponse, SNAPTOKEN_HEADER } from './responses.ts';
import { schemaRef } from './schemas.ts';

// Counting, export, import and writes under conditions (docs/beyond-keto.md).

const READ_PARAMETERS = [...TUPLE_PARAMETERS, SNAPTOKEN, LATEST, CONSISTENCY_CHOICE];
const STRICT = 'Members that are not known, `null` and two subjects of one tuple are refused.';
const LINES = { 'application/x-ndjson': { schema: { type: 'string' } } };

export const countRelationships: Operation = {
  operationId: 'countRelationships',
  tags: ['relationship'],
  summary: 'Count relation tuples',
  description: 'Counts the tuples that are equal in every part that is given. A part that is empty must be empty.',
  parameters: READ_PARAMETERS,
  responses: {
    200: jsonResponse('The count.', schemaRef('RelationshipCount'), SNAPTOKEN_HEADER),
    ...errorResponses(400, 404),
  },
};

export const exportRelationships: Operation = {
  operationId: 'exportRelationships',
  tags: ['relationship'],
  summary: 'Export relation tuples',
  description:
    'All tuples that match, at one revision, in the order of a listing: a relationship in JSON on each line. An answer ' +
    'that cannot be completed is cut off.',
  parameters: READ_PARAMETERS,
  responses: {
    200: { description: 'The lines.', headers: SNAPTOKEN_HEADER, content: LINES },
    ...errorResponses(400, 404),
  },
};

export const importRelationships: Operation = {
  operationId: 'importRelationships',
  tags: ['relationship'],
  summary: 'Import relation tuples',
  description:
    'Takes lines of any number, also compressed with gzip (`Content-Encoding`): a relationship in JSON or in text form, ' +
    'which is inserted, or a change in JSON, as of a transaction. A thousand changes are one transaction. What is ' +
    'imported again changes nothing, so an import that failed can be repeated; `details` of the error say how much it did.',
  requestBody: { required: true, description: 'The lines.', content: LINES },
  responses: {
    200: jsonResponse('What was imported.', schemaRef('ImportedRelationships'), SNAPTOKEN_HEADER),
    ...errorResponses(400, 404),
  },
};

export const transactRelationships: Operation = {
  operationId: 'transactRelationships',
  tags: ['relationship'],
  summary: 'Change relation tuples under conditions',
  description: `All of the changes are made, or none. ${STRICT}`,
  requestBody: {
    required: true,
    description: 'The changes and their conditions.',
    content: jsonContent(schemaRef('ConditionalTransaction')),
  },
  responses: {
    200: jsonResponse('The changes are made.', schemaRef('TransactionResult'), SNAPTOKEN_HEADER),
    ...errorResponses(400, 404),
    409: errorResponse('A tuple exists that must not, or the idempotency key was used for another request.'),
    422: errorResponse('A precondition does not hold.'),
  },
};

export const deleteSomeRelationships: Operation = {
  operationId: 'deleteSomeRelationships',
  tags: ['relationship'],
  summary: 'Delete relation tuples up to a limit',
  description: `The first tuples that match, in the order of a listing. With \`dry_run\` they are only counted. ${STRICT}`,
  requestBody: {
    required: true,
    description: 'What to delete.',
    content: jsonContent(schemaRef('LimitedDeletion')),
  },
  responses: {
    200: jsonResponse('The tuples are deleted.', schemaRef('DeletionResult'), SNAPTOKEN_HEADER),
    ...errorResponses(400, 404),
  },
};

const text = (description: string): Schema => ({ type: 'string', description });
const whole = (description: string): Schema => ({ type: 'integer', format: 'int64', description });
const SNAPTOKEN_TEXT = text('The revision of the answer.');

/** The JSON values of these routes. */
export const BULK_SCHEMAS: Readonly<Record<string, Schema>> = {
  RelationshipCount: {
    type: 'object',
    required: ['count', 'snaptoken'],
    properties: { count: whole('How many tuples match.'), snaptoken: SNAPTOKEN_TEXT },
  },
  ImportedRelationships: {
    type: 'object',
    required: ['inserted', 'deleted', 'received', 'snaptoken'],
    properties: {
      inserted: whole('How many tuples were inserted that were not stored before.'),
      deleted: whole('How many tuples were deleted that were stored before.'),
      received: whole('How many changes came, those without effect included.'),
      snaptoken: SNAPTOKEN_TEXT,
    },
  },
  RelationshipQuery: {
    type: 'object',
    description: 'Tuples that are equal in every part that is given, also when it is empty.',
    properties: {
      namespace: text('The namespace of the object. It must be given.'),
      object: text('The object.'),
      relation: text('The relation.'),
      subject_id: text('The subject by its id.'),
      subject_set: schemaRef('SubjectSet'),
    },
  },
  ConditionalTransaction: {
    type: 'object',
    properties: {
      changes: {
        type: 'array',
        description: 'In their order. A tuple may be named once only.',
        items: schemaRef('RelationshipPatch'),
      },
      preconditions: {
        type: 'array',
        description: 'What must be so before the changes are made, at most 100.',
        items: {
          type: 'object',
          required: ['kind', 'query'],
          properties: {
            kind: { type: 'string', enum: ['must_exist', 'must_not_exist'] },
            query: schemaRef('RelationshipQuery'),
          },
        },
      },
      idempotency_key: text(
        'At most 255 bytes. A repeat of the same request with the key is answered as the first time and changes nothing.',
      ),
      on_existing: { ...text('What an insert of a stored tuple does.'), enum: ['ignore', 'fail'] },
      on_missing: { ...text('What a delete of a tuple that is not stored does.'), enum: ['ignore', 'fail'] },
    },
  },
  TransactionResult: {
    type: 'object',
    required: ['snaptoken', 'effective', 'model_id'],
    properties: {
      snaptoken: SNAPTOKEN_TEXT,
      effective: {
        type: 'array',
        description: 'The indexes of the changes that changed something.',
        items: { type: 'integer' },
      },
      model_id: text('The version of the model that the changes were held against.'),
    },
  },
  LimitedDeletion: {
    type: 'object',
    required: ['query'],
    properties: {
      query: schemaRef('RelationshipQuery'),
      limit: { type: 'integer', format: 'int32', default: 0, description: 'How many at most; 0: all of them.' },
      dry_run: { type: 'boolean', default: false, description: 'Whether only to count them.' },
    },
  },
  DeletionResult: {
    type: 'object',
    required: ['count', 'more', 'snaptoken'],
    properties: {
      count: whole('How many tuples were deleted, or would be.'),
      more: { type: 'boolean', description: 'Whether more match than the limit allowed.' },
      snaptoken: SNAPTOKEN_TEXT,
    },
  },
};
