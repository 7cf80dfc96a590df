import type { Operation, Parameter, Schema } from './operation.ts';
import { CONSISTENCY_CHOICE, LATEST, MAX_DEPTH, SNAPTOKEN, TUPLE_PARAMETERS } from './parameters.ts';
import { errorResponses, jsonResponse, SNAPTOKEN_HEADER } from './responses.ts';
import { schemaRef } from './schemas.ts';

const MAX_STEPS: Parameter = {
  name: 'max-steps',
  in: 'query',
  description: 'How many steps the explanation may have: 1,000 when it is below 1, at most 10,000.',
  schema: { type: 'integer', format: 'int64' },
};

export const explainPermission: Operation = {
  operationId: 'explainPermission',
  tags: ['permission'],
  summary: 'Show why a permission is granted or not',
  description:
    'Where a check would be an error, because a relation is not declared or a rule contradicts itself, the answer shows ' +
    'the way to it.',
  parameters: [...TUPLE_PARAMETERS, MAX_DEPTH, MAX_STEPS, SNAPTOKEN, LATEST, CONSISTENCY_CHOICE],
  responses: {
    200: jsonResponse('The answer and its reasons.', schemaRef('Explanation'), SNAPTOKEN_HEADER),
    ...errorResponses(400, 404),
  },
};

const text = (description: string): Schema => ({ type: 'string', description });

const FINDING: Readonly<Record<string, Schema>> = {
  membership: {
    type: 'string',
    enum: ['member', 'not_member', 'unknown', 'error'],
    description: 'Whether the subject is in the set, as far as it was found out.',
  },
  limitation: {
    type: 'string',
    enum: ['DEPTH', 'NODES', 'UNDECLARED_RELATION', 'CONTRADICTION'],
    description: 'Why that is unknown or an error; absent otherwise.',
  },
};

/** What is only in the answers of these operations. */
export const EXPLAIN_SCHEMAS: Readonly<Record<string, Schema>> = {
  Explanation: {
    type: 'object',
    description: 'The answer to a check, and why it is so.',
    required: ['membership', 'truncated', 'snaptoken', 'root'],
    properties: {
      ...FINDING,
      truncated: { type: 'boolean', description: 'Whether steps were left out because there are too many.' },
      snaptoken: text('The revision of the answer.'),
      model_id: text('The version of the model that was used.'),
      root: schemaRef('ExplanationStep'),
    },
  },
  ExplanationStep: {
    type: 'object',
    description: 'What was looked at and found. The children are the reasons.',
    required: ['kind', 'membership'],
    properties: {
      kind: {
        type: 'string',
        enum: ['check', 'direct', 'subject_set', 'computed', 'traverse', 'and', 'or', 'not'],
        description: 'What was looked at.',
      },
      ...FINDING,
      set: { description: 'The set that was looked into.', allOf: [schemaRef('SubjectSet')] },
      tuple: { description: 'The tuple that was looked up or followed.', allOf: [schemaRef('Relationship')] },
      rule: schemaRef('RulePlace'),
      omission: {
        type: 'string',
        enum: ['cycle', 'repeated', 'limit', 'size'],
        description: 'Why children are missing; absent when none are.',
      },
      children: { type: 'array', items: schemaRef('ExplanationStep'), description: 'Absent when there are none.' },
    },
  },
  RulePlace: {
    type: 'object',
    description: 'A place in the body of a permit.',
    required: ['namespace', 'permit', 'position'],
    properties: {
      namespace: text('The namespace that declares the permit.'),
      permit: text('The permit.'),
      position: {
        type: 'array',
        items: { type: 'integer' },
        description: 'The way from the body, which is empty, as indexes of operands.',
      },
      file: text('The name of the file; absent when it has none.'),
      start: schemaRef('ModelPosition'),
    },
  },
};
