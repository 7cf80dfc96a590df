import { ModelService } from '#gen/stheno/v1/model_service_pb.js';
import { comparisonToJson } from '../../service/model-json.ts';
import type { Command } from '../command.ts';
import { request } from '../connection.ts';
import { connectionFlags } from '../connection-flags.ts';
import type { Flag } from '../flags.ts';
import { comparisonText, diagnosticsText } from '../model-output.ts';
import { modelFileFlag, readModelSources } from '../model-sources.ts';
import { formatResult } from '../output/output.ts';
import { UsageError } from '../usage-error.ts';

const flags: readonly Flag[] = [
  modelFileFlag,
  { kind: 'text', name: 'author', about: 'who writes, kept with the version' },
  { kind: 'text', name: 'message', short: 'm', about: 'why, kept with the version' },
  { kind: 'text', name: 'expect', about: 'the version that is replaced; fails when another one is the newest' },
  { kind: 'switch', name: 'force', about: 'write even when stored tuples lose what they refer to' },
  { kind: 'switch', name: 'dry-run', about: 'show what would change, and write nothing' },
  ...connectionFlags,
];

/** `stheno model write`. */
export const modelWrite: Command = {
  about: `Makes files the newest version of the model of a running server, and prints what changes.

All files together are one model. It is written to the database; a server whose configuration has namespaces refuses it. A model that would take from stored tuples what they refer to is refused, too, unless --force is given.`,
  examples: [
    'stheno model write -f namespaces.keto.ts -m "editors may share"',
    'stheno model write -f model/ --dry-run',
    'stheno model write -f namespaces.keto.ts --expect 3',
  ],
  flags,
  accepts: (args) => (args.length === 0 ? undefined : `accepts 0 arg(s), received ${args.length}`),
  async run(invocation) {
    const { flags: given, stdin, stdout, stderr } = invocation;
    if (given.isGiven('expect') && given.text('expect') === '') {
      throw new UsageError('--expect must name a version, or 0 for none');
    }
    const files = await readModelSources(given.list('file'), stdin);
    const written = await request(invocation, 'write', (client) =>
      client.call(ModelService.method.writeModel, {
        files,
        author: given.text('author'),
        message: given.text('message'),
        expectedModelId: given.text('expect'),
        force: given.isOn('force'),
        dryRun: given.isOn('dry-run'),
      }),
    );
    stderr.write(diagnosticsText(files, written.diagnostics, invocation));
    const { modelId, previousModelId, snaptoken } = written;
    const data = { model_id: modelId, previous_model_id: previousModelId, ...comparisonToJson(written), snaptoken };
    const table = () => `${headline(written, given.isOn('dry-run'))}\n${comparisonText(written)}`;
    stdout.write(formatResult(given, { data, table, quiet: () => `${modelId}\n` }));
    return 0;
  },
};

/** `stheno patch opl`: the same in the Ory CLI's words. */
export const patchOpl: Command = {
  ...modelWrite,
  examples: ['stheno patch opl -f file://./config.ts', 'stheno patch opl -f https://example.com/config.ts'],
};

function headline({ modelId, previousModelId }: { modelId: string; previousModelId: string }, isDry: boolean): string {
  if (isDry) return `nothing is written; version ${modelId} stays the newest`;
  return modelId === previousModelId
    ? `version ${modelId} says the same`
    : `version ${modelId} takes the place of ${previousModelId}`;
}
