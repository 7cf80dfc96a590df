import type { Schema } from './operation.ts';

const text = (description: string): Schema => ({ type: 'string', description });

/** A reference to one of the schemas of this file. */
export function schemaRef(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

/** The JSON values of the REST API (contract: REST §2), with the names that Keto's document gives them. */
export const SCHEMAS: Readonly<Record<string, Schema>> = {
  Relationship: {
    type: 'object',
    description: 'A relation tuple: the subject stands in the relation to the object. It has one of the two subjects.',
    required: ['namespace', 'object', 'relation'],
    properties: {
      namespace: text('The namespace of the object.'),
      object: text('The object, any string.'),
      relation: text('The relation between the object and the subject.'),
      subject_id: text('A subject by its id, any string. It wins over a subject set.'),
      subject_set: schemaRef('SubjectSet'),
    },
  },
  SubjectSet: {
    type: 'object',
    description:
      'All subjects that stand in the relation to the object. With an empty relation it is the object itself.',
    required: ['namespace', 'object', 'relation'],
    properties: {
      namespace: text('The namespace of the object.'),
      object: text('The object.'),
      relation: text('The relation, empty for the object itself.'),
    },
  },
  Relationships: {
    type: 'object',
    description: 'A page of relation tuples.',
    required: ['relation_tuples', 'next_page_token'],
    properties: {
      relation_tuples: { type: 'array', items: schemaRef('Relationship') },
      next_page_token: text('Where the next page begins; empty on the last one.'),
    },
  },
  RelationshipPatch: {
    type: 'object',
    description: 'One change of a transaction.',
    required: ['action', 'relation_tuple'],
    properties: {
      action: { type: 'string', enum: ['insert', 'delete'] },
      relation_tuple: schemaRef('Relationship'),
    },
  },
  RelationshipNamespaces: {
    type: 'object',
    description: 'The namespaces of the model; without any there is no key.',
    properties: { namespaces: { type: 'array', items: schemaRef('Namespace') } },
  },
  Namespace: {
    type: 'object',
    properties: { name: text('The name of the namespace.') },
  },
  CheckPermissionResult: {
    type: 'object',
    required: ['allowed'],
    properties: { allowed: { type: 'boolean', description: 'Whether the subject stands in the relation.' } },
  },
  CheckPermissionResultWithError: {
    type: 'object',
    required: ['allowed'],
    properties: {
      allowed: { type: 'boolean', description: 'Whether the subject stands in the relation; false with an error.' },
      error: text('Why the question could not be answered; absent when it was.'),
    },
  },
  BatchCheckPermissionBody: {
    type: 'object',
    properties: {
      tuples: {
        type: 'array',
        description: 'The questions, at most `limit.max_batch_check_size` of them.',
        items: schemaRef('Relationship'),
      },
    },
  },
  BatchCheckPermissionResult: {
    type: 'object',
    required: ['results'],
    properties: {
      results: {
        type: 'array',
        description: 'One result a question, in the order of the request.',
        items: schemaRef('CheckPermissionResultWithError'),
      },
    },
  },
  ExpandedPermissionTree: {
    type: 'object',
    description: 'A node of an expanded subject set.',
    required: ['type', 'tuple'],
    properties: {
      type: {
        type: 'string',
        description: 'How the children make up the node; a leaf has none.',
        enum: ['union', 'exclusion', 'intersection', 'leaf', 'unspecified'],
      },
      children: {
        type: 'array',
        description: 'Absent when there are none.',
        items: schemaRef('ExpandedPermissionTree'),
      },
      tuple: {
        description: 'Its subject is what the node stands for; its other parts are empty.',
        allOf: [schemaRef('Relationship')],
      },
    },
  },
  NoTree: {
    type: 'object',
    description: 'In strict mode, in the place of a tree: the relation is not declared, or nothing can be in it.',
    required: ['code', 'status', 'message'],
    properties: {
      code: { type: 'integer', enum: [404] },
      status: { type: 'string', enum: ['Not Found'] },
      message: { type: 'string' },
    },
  },
  CheckOplSyntaxResult: {
    type: 'object',
    properties: {
      errors: {
        type: 'array',
        description: 'What is wrong with the document; absent when nothing is.',
        items: schemaRef('ParseError'),
      },
      warnings: {
        type: 'array',
        description: 'What is allowed but hardly meant; absent when nothing is, or it was not asked for.',
        items: schemaRef('ParseError'),
      },
    },
  },
  ParseError: {
    type: 'object',
    required: ['message', 'start', 'end'],
    properties: {
      message: text('What is wrong.'),
      start: schemaRef('SourcePosition'),
      end: schemaRef('SourcePosition'),
    },
  },
  SourcePosition: {
    type: 'object',
    description: 'A place in a document. The end is the place after the last character.',
    required: ['Line', 'column'],
    properties: {
      Line: { type: 'integer', minimum: 0, description: 'Counted from 1.' },
      column: { type: 'integer', minimum: 0, description: 'In characters, counted from 0.' },
    },
  },
  HealthStatus: {
    type: 'object',
    required: ['status'],
    properties: { status: { type: 'string', enum: ['ok'] } },
  },
  Version: {
    type: 'object',
    required: ['version'],
    properties: { version: text('The version of the server, for example `v1.2.3`.') },
  },
  ErrorGeneric: {
    type: 'object',
    description: 'The envelope of every error.',
    required: ['error'],
    properties: { error: schemaRef('GenericError') },
  },
  GenericError: {
    type: 'object',
    required: ['code', 'status', 'message'],
    properties: {
      code: { type: 'integer', description: 'The status code.' },
      status: text('The text of the status code.'),
      request: text('The `X-Request-ID` of the request; absent when it had none.'),
      reason: text('What exactly is wrong; absent when the message says it.'),
      message: text('What is wrong.'),
      details: {
        type: 'object',
        description: 'The same for programs; absent in errors of Keto.',
        properties: {
          domain: { type: 'string', enum: ['stheno'] },
          reason: text('In upper case, for example `PRECONDITION_FAILED`.'),
          metadata: { type: 'object', additionalProperties: { type: 'string' } },
        },
      },
    },
  },
};
