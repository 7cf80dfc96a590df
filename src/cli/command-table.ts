import type { CommandGroup, TableRow } from './command.ts';
import { configFlag } from './config-files.ts';
import { endpointFlag } from './engines/endpoint-flag.ts';
import { enginesGroup } from './engines/engines-group.ts';
import { formatFlags } from './output/format-flags.ts';

/** Names that the Ory CLI has used for tuples over time. */
const TUPLE_ALIASES = ['relation-tuple', 'relationships', 'relationship'];

const legacyGroup: CommandGroup = {
  kind: 'group',
  name: 'namespace',
  isHidden: true,
  summary: 'Work with legacy namespace files.',
  rows: [
    {
      kind: 'command',
      name: 'validate-legacy',
      aliases: ['validate'],
      summary: 'Validate legacy namespace files.',
      deprecated: 'The legacy namespaces are deprecated. Please use the new Ory Permission Language instead.',
      load: async () => (await import('./commands/namespace-validate.ts')).namespaceValidate,
    },
  ],
};

const migrateGroup: CommandGroup = {
  kind: 'group',
  name: 'migrate',
  summary: 'Look after the schema of the database.',
  flags: formatFlags,
  rows: [
    {
      kind: 'command',
      name: 'down',
      summary: 'Undo migrations.',
      load: async () => (await import('./commands/migrate-down.ts')).migrateDown,
    },
    {
      kind: 'command',
      name: 'sql',
      summary: 'Apply the pending migrations, as old releases had it.',
      load: async () => (await import('./commands/migrate-sql.ts')).migrateSql,
    },
    {
      kind: 'command',
      name: 'status',
      summary: 'Show which migrations are applied.',
      load: async () => (await import('./commands/migrate-status.ts')).migrateStatus,
    },
    {
      kind: 'command',
      name: 'up',
      summary: 'Apply the pending migrations.',
      load: async () => (await import('./commands/migrate-up.ts')).migrateUp,
    },
  ],
};

const modelGroup: CommandGroup = {
  kind: 'group',
  name: 'model',
  summary: 'Look after the model of a running server.',
  flags: formatFlags,
  rows: [
    {
      kind: 'command',
      name: 'diff',
      summary: 'Show what changes between versions of the model.',
      load: async () => (await import('./commands/model-diff.ts')).modelDiff,
    },
    {
      kind: 'command',
      name: 'list',
      summary: 'List the versions of the model.',
      load: async () => (await import('./commands/model-list.ts')).modelList,
    },
    {
      kind: 'command',
      name: 'read',
      summary: 'Print a version of the model.',
      load: async () => (await import('./commands/model-read.ts')).modelRead,
    },
    {
      kind: 'command',
      name: 'validate',
      summary: 'Show what the files of a model would do.',
      load: async () => (await import('./commands/model-validate.ts')).modelValidate,
    },
    {
      kind: 'command',
      name: 'write',
      summary: 'Write a version of the model.',
      load: async () => (await import('./commands/model-write.ts')).modelWrite,
    },
  ],
};

const oplGroup: CommandGroup = {
  kind: 'group',
  name: 'opl',
  summary: 'Work with models in the Ory Permission Language.',
  rows: [
    {
      kind: 'command',
      name: 'check',
      summary: 'Check the files of a model.',
      load: async () => (await import('./commands/opl-check.ts')).oplCheck,
    },
  ],
};

const policiesGroup: CommandGroup = {
  kind: 'group',
  name: 'policies',
  summary: 'Find out what access control policies do.',
  flags: [endpointFlag],
  rows: [
    {
      kind: 'command',
      name: 'explain',
      summary: 'Show which policies decide a question, and why.',
      load: async () => (await import('./engines/explain-command.ts')).explainCommand,
    },
  ],
};

const tupleGroup: CommandGroup = {
  kind: 'group',
  name: 'relation-tuple',
  summary: 'Read and write relation tuples.',
  flags: formatFlags,
  rows: [
    {
      kind: 'command',
      name: 'create',
      summary: 'Create relation tuples.',
      load: async () => (await import('./commands/tuple-create.ts')).tupleCreate,
    },
    {
      kind: 'command',
      name: 'delete',
      summary: 'Delete relation tuples that are named one by one.',
      load: async () => (await import('./commands/tuple-delete.ts')).tupleDelete,
    },
    {
      kind: 'command',
      name: 'delete-all',
      summary: 'Delete the relation tuples that match a query.',
      load: async () => (await import('./commands/tuple-delete-all.ts')).tupleDeleteAll,
    },
    {
      kind: 'command',
      name: 'get',
      summary: 'List relation tuples.',
      load: async () => (await import('./commands/tuple-get.ts')).tupleGet,
    },
    {
      kind: 'command',
      name: 'parse',
      summary: 'Turn tuples in text form into JSON.',
      load: async () => (await import('./commands/tuple-parse.ts')).tupleParse,
    },
  ],
};

/** The verb-first commands of the Ory CLI: the same commands by other names. */
const verbGroups: readonly CommandGroup[] = [
  {
    kind: 'group',
    name: 'create',
    summary: 'Create relation tuples.',
    flags: formatFlags,
    rows: [
      {
        kind: 'command',
        name: 'relation-tuples',
        aliases: TUPLE_ALIASES,
        summary: 'Create the relation tuples of JSON files.',
        load: async () => (await import('./commands/tuple-create.ts')).createTuples,
      },
    ],
  },
  {
    kind: 'group',
    name: 'delete',
    summary: 'Delete relation tuples.',
    flags: formatFlags,
    rows: [
      {
        kind: 'command',
        name: 'relation-tuples',
        aliases: TUPLE_ALIASES,
        summary: 'Delete the relation tuples that match a query.',
        load: async () => (await import('./commands/tuple-delete-all.ts')).deleteTuples,
      },
    ],
  },
  {
    kind: 'group',
    name: 'is',
    summary: 'Ask about permissions.',
    rows: [
      {
        kind: 'command',
        name: 'allowed',
        summary: 'Check whether a subject has a relation to an object.',
        load: async () => (await import('./commands/check.ts')).isAllowed,
      },
    ],
  },
  {
    kind: 'group',
    name: 'list',
    summary: 'List relation tuples, objects, subjects and permissions.',
    flags: formatFlags,
    rows: [
      {
        kind: 'command',
        name: 'objects',
        summary: 'List the objects that a subject has a permission on.',
        load: async () => (await import('./commands/list-objects.ts')).listObjects,
      },
      {
        kind: 'command',
        name: 'permissions',
        summary: 'List the permissions that a subject has on an object.',
        load: async () => (await import('./commands/list-permissions.ts')).listPermissions,
      },
      {
        kind: 'command',
        name: 'relation-tuples',
        aliases: TUPLE_ALIASES,
        summary: 'List relation tuples.',
        load: async () => (await import('./commands/tuple-get.ts')).listTuples,
      },
      {
        kind: 'command',
        name: 'subjects',
        summary: 'List the subjects that have a permission on an object.',
        load: async () => (await import('./commands/list-subjects.ts')).listSubjects,
      },
    ],
  },
  {
    kind: 'group',
    name: 'parse',
    summary: 'Read tuples in text form.',
    flags: formatFlags,
    rows: [
      {
        kind: 'command',
        name: 'relation-tuples',
        aliases: TUPLE_ALIASES,
        summary: 'Turn tuples in text form into JSON.',
        load: async () => (await import('./commands/tuple-parse.ts')).parseTuples,
      },
    ],
  },
];

const patchGroup: CommandGroup = {
  kind: 'group',
  name: 'patch',
  summary: 'Change the model of a running server.',
  flags: formatFlags,
  rows: [
    {
      kind: 'command',
      name: 'opl',
      summary: 'Write a version of the model.',
      load: async () => (await import('./commands/model-write.ts')).patchOpl,
    },
  ],
};

const completionGroup: CommandGroup = {
  kind: 'group',
  name: 'completion',
  summary: 'Write the completion script of a shell.',
  rows: (['bash', 'fish', 'powershell', 'zsh'] as const).map(
    (shell): TableRow => ({
      kind: 'command',
      name: shell,
      summary: `Write the completion script for ${shell}.`,
      load: async () => (await import('./commands/completion.ts')).completion(shell),
    }),
  ),
};

/** Every command of the program. A new command is a file in `commands/` and a row here. */
export const commandTable: CommandGroup = {
  kind: 'group',
  name: 'stheno',
  summary: 'A permission server: who stands in which relation to what.',
  flags: [configFlag],
  rows: [
    {
      kind: 'command',
      name: 'check',
      summary: 'Check whether a subject has a relation to an object.',
      load: async () => (await import('./commands/check.ts')).check,
    },
    completionGroup,
    {
      kind: 'command',
      name: 'doctor',
      summary: 'Look for stored tuples that a model does not allow.',
      load: async () => (await import('./commands/doctor.ts')).doctor,
    },
    enginesGroup,
    {
      kind: 'command',
      name: 'expand',
      summary: 'Show the tree of the subjects that have a relation to an object.',
      load: async () => (await import('./commands/expand.ts')).expand,
    },
    {
      kind: 'command',
      name: 'explain',
      summary: 'Show why a check has its answer.',
      load: async () => (await import('./commands/explain.ts')).explain,
    },
    {
      kind: 'command',
      name: 'export',
      summary: 'Export relation tuples at one revision.',
      load: async () => (await import('./commands/export.ts')).exportTuples,
    },
    {
      kind: 'command',
      name: 'help',
      summary: 'Show how a command is called.',
      load: async () => (await import('./commands/help.ts')).help,
    },
    {
      kind: 'command',
      name: 'import',
      summary: 'Import relation tuples from files of any size.',
      load: async () => (await import('./commands/import.ts')).importTuples,
    },
    migrateGroup,
    legacyGroup,
    modelGroup,
    oplGroup,
    patchGroup,
    policiesGroup,
    tupleGroup,
    {
      kind: 'command',
      name: 'serve',
      summary: 'Run the server.',
      load: async () => (await import('./commands/serve.ts')).serve,
    },
    {
      kind: 'command',
      name: 'status',
      summary: 'Show whether a server is serving.',
      load: async () => (await import('./commands/status.ts')).status,
    },
    {
      kind: 'command',
      name: 'test',
      summary: 'Run the tests of models.',
      load: async () => (await import('./commands/test.ts')).test,
    },
    {
      kind: 'command',
      name: 'version',
      summary: 'Show the version of this program.',
      load: async () => (await import('./commands/version.ts')).version,
    },
    {
      kind: 'command',
      name: 'watch',
      summary: 'Show what is committed.',
      load: async () => (await import('./commands/watch.ts')).watch,
    },
    ...verbGroups,
  ],
};
