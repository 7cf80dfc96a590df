import type { Operation, Parameter, Schema } from './operation.ts';
import { CONSISTENCY_CHOICE, LATEST, MAX_DEPTH, PAGE_TOKEN, SNAPTOKEN, TUPLE_PARAMETERS } from './parameters.ts';
import { errorResponses, jsonResponse, SNAPTOKEN_HEADER } from './responses.ts';
import { schemaRef } from './schemas.ts';

const FRESHNESS: readonly Parameter[] = [MAX_DEPTH, SNAPTOKEN, LATEST, CONSISTENCY_CHOICE];
const SUBJECT: readonly Parameter[] = TUPLE_PARAMETERS.filter(({ name }) => name.startsWith('subject_'));

const requiredText = (name: string, description: string): Parameter => ({
  name,
  in: 'query',
  required: true,
  description,
  schema: { type: 'string' },
});

const optionalText = (name: string, description: string): Parameter => ({
  name,
  in: 'query',
  description,
  schema: { type: 'string' },
});

const PAGE: readonly Parameter[] = [
  {
    name: 'page_size',
    in: 'query',
    description: 'How many a page may have. Below 1 it is 100, above 1,000 it is 1,000.',
    schema: { type: 'integer', format: 'int64', default: 100 },
  },
  PAGE_TOKEN,
];

const UNSTORED =
  'Where a permit negates, a check may also say yes about what nothing is stored of: that has no end, and is not listed.';

export const listObjects: Operation = {
  operationId: 'listObjects',
  tags: ['permission'],
  summary: 'List the objects that a subject has a permission on',
  description: `All objects of the namespace for which a check says yes, each once, in the order of their bytes. ${UNSTORED}`,
  parameters: [
    requiredText('namespace', 'The namespace of the objects.'),
    requiredText('relation', 'The relation or permit.'),
    ...SUBJECT,
    ...PAGE,
    ...FRESHNESS,
  ],
  responses: {
    200: jsonResponse('A page of objects.', schemaRef('ObjectList'), SNAPTOKEN_HEADER),
    ...errorResponses(400, 404),
  },
};

export const listSubjects: Operation = {
  operationId: 'listSubjects',
  tags: ['permission'],
  summary: 'List the subjects that have a permission on an object',
  description:
    'All subjects for which a check says yes, each once: ids before subject sets, each in the order of their bytes. ' +
    UNSTORED,
  parameters: [
    requiredText('namespace', 'The namespace of the object.'),
    requiredText('object', 'The object.'),
    requiredText('relation', 'The relation or permit.'),
    {
      name: 'subject_kind',
      in: 'query',
      description: 'Only subject ids, or only subject sets.',
      schema: { type: 'string', enum: ['id', 'set'] },
    },
    optionalText('subject_namespace', 'Only subject sets of this namespace.'),
    optionalText('subject_relation', 'Only subject sets of this relation.'),
    ...PAGE,
    ...FRESHNESS,
  ],
  responses: {
    200: jsonResponse('A page of subjects.', schemaRef('SubjectList'), SNAPTOKEN_HEADER),
    ...errorResponses(400, 404),
  },
};

export const listPermissions: Operation = {
  operationId: 'listPermissions',
  tags: ['permission'],
  summary: 'List the permissions that a subject has on an object',
  parameters: [
    requiredText('namespace', 'The namespace of the object.'),
    requiredText('object', 'The object.'),
    ...SUBJECT,
    {
      name: 'relation',
      in: 'query',
      description:
        'A relation or permit that is asked for; may be given several times. Without it all that the model declares for ' +
        'the namespace are.',
      schema: { type: 'array', items: { type: 'string' } },
    },
    ...FRESHNESS,
  ],
  responses: {
    200: jsonResponse('What holds.', schemaRef('PermissionList'), SNAPTOKEN_HEADER),
    ...errorResponses(400, 404),
  },
};

const text = (description: string): Schema => ({ type: 'string', description });

const LIMITATION: Schema = {
  type: 'string',
  enum: ['DEPTH', 'NODES', 'UNDECLARED_RELATION', 'CONTRADICTION'],
  description: 'What kept the first that is missing from being determined; absent when the page is exact.',
};

const PAGE_FIELDS: Readonly<Record<string, Schema>> = {
  next_page_token: text('Where the next page begins; empty on the last one.'),
  snaptoken: text('The revision of the page.'),
  limitation: LIMITATION,
  model_id: text('The version of the model that was used.'),
};

/** What is only in the answers of these operations. */
export const LOOKUP_SCHEMAS: Readonly<Record<string, Schema>> = {
  ObjectList: {
    type: 'object',
    description: 'A page of objects.',
    required: ['objects', 'next_page_token', 'snaptoken', 'model_id'],
    properties: {
      objects: { type: 'array', items: { type: 'string' }, description: 'In the order of their bytes.' },
      ...PAGE_FIELDS,
    },
  },
  SubjectList: {
    type: 'object',
    description: 'A page of subjects.',
    required: ['subjects', 'next_page_token', 'snaptoken', 'model_id'],
    properties: {
      subjects: { type: 'array', items: schemaRef('ListedSubject') },
      ...PAGE_FIELDS,
    },
  },
  ListedSubject: {
    type: 'object',
    description: 'A subject: one of the two.',
    properties: {
      subject_id: text('A subject by its id.'),
      subject_set: schemaRef('SubjectSet'),
    },
  },
  PermissionList: {
    type: 'object',
    description: 'The relations and permits that hold.',
    required: ['relations', 'snaptoken', 'model_id'],
    properties: {
      relations: {
        type: 'array',
        items: { type: 'string' },
        description: 'In the order of the question, else in the order of their bytes.',
      },
      undetermined: {
        type: 'array',
        items: schemaRef('UndeterminedPermission'),
        description: 'Those without an answer; absent when there are none.',
      },
      snaptoken: text('The revision of the answer.'),
      model_id: text('The version of the model that was used.'),
    },
  },
  UndeterminedPermission: {
    type: 'object',
    required: ['relation', 'limitation'],
    properties: {
      relation: text('The relation or permit.'),
      limitation: { ...LIMITATION, description: 'What kept it from being determined.' },
    },
  },
};
