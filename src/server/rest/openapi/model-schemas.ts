import type { Schema } from './operation.ts';
import { schemaRef } from './schemas.ts';

const text = (description: string): Schema => ({ type: 'string', description });
const list = (description: string, item: string): Schema => ({ type: 'array', description, items: schemaRef(item) });
const object = (
  description: string,
  required: readonly string[],
  properties: Readonly<Record<string, Schema>>,
): Schema => ({
  type: 'object',
  description,
  required,
  properties,
});

const modelId = text('Names the version.');
const version = {
  model_id: modelId,
  author: text('Who wrote it, as the writer said; absent when it is not in the database, as the following.'),
  message: text('Why, as the writer said.'),
  written_at: { type: 'string', format: 'date-time', description: 'When, by the clock of the database.' },
  snaptoken: text('The revision that has it.'),
};
const files = list('The whole model.', 'ModelFile');
const comparison = {
  diagnostics: list('What is wrong, or probably not meant.', 'ModelDiagnostic'),
  changes: list('What changes.', 'ModelChange'),
  orphans: list('The stored tuples that lose what they refer to.', 'OrphanedTuples'),
  orphan_count: { type: 'integer', description: 'How many tuples that are, each counted once.' },
};
const comparisonNames = Object.keys(comparison);
const fromId = text('The version that was compared.');

/** The JSON values of the routes of the model. */
export const MODEL_SCHEMAS: Readonly<Record<string, Schema>> = {
  ModelFile: object('A part of a model in the permission language.', ['content'], {
    name: text('The name that diagnostics bear.'),
    content: text('The text.'),
  }),
  ModelFiles: object('A model.', ['files'], { files }),
  Model: object('A version of the model.', ['model_id'], version),
  ModelWithFiles: object('A version of the model with its files.', ['model_id', 'files'], { ...version, files }),
  Models: object('A page of versions.', ['models', 'next_page_token', 'current_model_id'], {
    models: list('The versions, the newest first.', 'Model'),
    next_page_token: text('Where the next page begins; empty on the last one.'),
    current_model_id: text('The version that this server decides by.'),
  }),
  ModelDiagnostic: object('What is wrong with a stretch of a file.', ['severity', 'message', 'file', 'start', 'end'], {
    severity: { type: 'string', enum: ['error', 'warning'] },
    message: text('What is wrong.'),
    file: text('The name of the file.'),
    start: schemaRef('ModelPosition'),
    end: schemaRef('ModelPosition'),
  }),
  ModelPosition: object('A place in a file. The end is the place after the last character.', ['line', 'column'], {
    line: { type: 'integer', description: 'Counted from 1.' },
    column: { type: 'integer', description: 'In characters, counted from 0.' },
  }),
  ModelChange: object('A difference between two models.', ['kind', 'namespace'], {
    kind: {
      type: 'string',
      enum: [
        'namespace_added',
        'namespace_removed',
        'relation_added',
        'relation_removed',
        'relation_changed',
        'permit_added',
        'permit_removed',
        'permit_changed',
      ],
    },
    namespace: text('The namespace.'),
    relation: text('The relation or permit; absent when it is about a namespace.'),
    before: text('The declaration before; absent when there was none.'),
    after: text('The declaration after; absent when there is none.'),
  }),
  OrphanedTuples: object('Stored tuples that lose the same.', ['namespace', 'in_subject', 'count', 'examples'], {
    namespace: text('The namespace that is gone, or that lost the relation.'),
    relation: text('The relation that is gone; absent when the namespace is.'),
    in_subject: { type: 'boolean', description: 'Whether the tuples refer to it as their subject.' },
    count: { type: 'integer', description: 'How many they are.' },
    examples: list('Some of them.', 'Relationship'),
  }),
  ModelDiff: object('What is different.', ['from_model_id', 'to_model_id', ...comparisonNames], {
    from_model_id: fromId,
    to_model_id: text('The version that it was compared with.'),
    ...comparison,
  }),
  WriteModelBody: object('A new version of the model.', ['files'], {
    files,
    author: text('Who writes, at most 255 bytes.'),
    message: text('Why, at most 4,096 bytes.'),
    expected_model_id: text('The version that is replaced; `0` when there must be none yet. Without it: any.'),
    force: { type: 'boolean', description: 'Whether stored tuples may lose what they refer to.' },
    dry_run: { type: 'boolean', description: 'Whether to do everything but write.' },
  }),
  WrittenModel: object('What was written.', ['model_id', 'previous_model_id', ...comparisonNames, 'snaptoken'], {
    model_id: text('The newest version now.'),
    previous_model_id: text('The version from before.'),
    ...comparison,
    snaptoken: text('The revision that has the version.'),
  }),
  ValidatedModel: object('What was found.', ['valid', 'from_model_id', ...comparisonNames], {
    valid: { type: 'boolean', description: 'Whether the model can be used.' },
    from_model_id: fromId,
    ...comparison,
  }),
};
