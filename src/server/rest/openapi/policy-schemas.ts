import type { Schema } from './operation.ts';
import { schemaRef } from './schemas.ts';

const text = (description: string): Schema => ({ type: 'string', description });
const flag = (description: string): Schema => ({ type: 'boolean', description });
const noAnswer = text('Why there is no answer; absent when there is one.');
const texts = (description: string): Schema => ({
  type: 'array',
  nullable: true,
  description,
  items: { type: 'string' },
});

/** The JSON values of the policies API (contract: acp §1), with the names of the old API document. */
export const POLICY_SCHEMAS: Readonly<Record<string, Schema>> = {
  oryAccessControlPolicy: {
    type: 'object',
    description: 'Who may, or may not, do what with which resources.',
    properties: {
      id: text('The id; absent or empty in a request: the server makes one.'),
      description: text('Free text.'),
      subjects: texts('Patterns of subjects and of ids of roles.'),
      resources: texts('Patterns of resources.'),
      actions: texts('Patterns of actions.'),
      effect: { type: 'string', enum: ['allow', 'deny'] },
      conditions: {
        type: 'object',
        nullable: true,
        description: 'What the context must be like: by its keys, the type of a condition and its options.',
        additionalProperties: true,
      },
    },
  },
  oryAccessControlPolicyRole: {
    type: 'object',
    description: 'Subjects that policies may name by the id of the role.',
    properties: {
      id: text('The id; absent or empty in a request: the server makes one.'),
      description: text('Free text.'),
      members: texts('The subjects, which are no patterns.'),
    },
  },
  addOryAccessControlPolicyRoleMembersBody: {
    type: 'object',
    properties: { members: texts('The subjects to add.') },
  },
  oryAccessControlPolicyAllowedInput: {
    type: 'object',
    description: 'A question. Other keys are refused.',
    properties: {
      subject: text('Who.'),
      resource: text('What it is done with.'),
      action: text('What is done.'),
      context: {
        type: 'object',
        nullable: true,
        description: 'What conditions look at.',
        additionalProperties: true,
      },
    },
  },
  authorizationResult: {
    type: 'object',
    required: ['allowed'],
    properties: { allowed: { type: 'boolean', description: 'Whether the policies allow it.' } },
  },
  oryAccessControlPolicyAllowedBatch: {
    type: 'object',
    description: 'Questions. Other keys are refused.',
    properties: { requests: { type: 'array', items: schemaRef('oryAccessControlPolicyAllowedInput') } },
  },
  authorizationResults: {
    type: 'object',
    required: ['results'],
    properties: {
      results: {
        type: 'array',
        description: 'The answers in the order of the questions.',
        items: {
          type: 'object',
          required: ['allowed'],
          properties: { allowed: flag('Whether the policies allow it.'), error: noAnswer },
        },
      },
    },
  },
  authorizationExplanation: {
    type: 'object',
    required: ['allowed', 'roles', 'policies', 'truncated'],
    properties: {
      allowed: flag('Whether the policies allow it.'),
      error: noAnswer,
      roles: { type: 'array', description: 'The roles of the subject.', items: { type: 'string' } },
      policies: {
        type: 'array',
        description:
          'The policies whose subjects, resources and actions match, and those that cannot be evaluated; first those that decided.',
        items: schemaRef('explainedPolicy'),
      },
      truncated: flag('Whether roles or policies are missing because there are too many.'),
    },
  },
  explainedPolicy: {
    type: 'object',
    required: ['id', 'effect', 'outcome'],
    properties: {
      id: text('The id.'),
      effect: { type: 'string', enum: ['allow', 'deny'] },
      outcome: {
        type: 'string',
        description:
          '`applied`: its effect counts; `unmet`: not all of its conditions are met; `failed`: it cannot be evaluated.',
        enum: ['applied', 'unmet', 'failed'],
      },
      error: text('Why it cannot be evaluated; then all of the following are absent.'),
      resource: text('The first pattern of its resources that matches.'),
      subject: text('The first pattern of its subjects that matches.'),
      role: text('The role by whose id that is; absent when it is the subject itself.'),
      action: text('The first pattern of its actions that matches.'),
      conditions: {
        type: 'array',
        description: 'All of its conditions.',
        items: {
          type: 'object',
          required: ['key', 'type', 'met'],
          properties: {
            key: text('The key of the context that it looks at.'),
            type: text('The type, also when no such type is known.'),
            met: flag('Whether it holds.'),
          },
        },
      },
    },
  },
  policyError: {
    type: 'object',
    required: ['code', 'status', 'message'],
    properties: {
      code: { type: 'integer', description: 'The status code.' },
      status: text('The text of the status code.'),
      request: text('The `X-Request-ID` of the request; absent when it had none.'),
      message: text('What is wrong.'),
    },
  },
};
