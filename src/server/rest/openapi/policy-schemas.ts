import type { Schema } from './operation.ts';

const text = (description: string): Schema => ({ type: 'string', description });
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
