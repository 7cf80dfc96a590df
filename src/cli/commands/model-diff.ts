import { ModelReadService } from '#gen/stheno/v1/model_read_service_pb.js';
import { comparisonToJson } from '../../service/model-json.ts';
import { argumentsBetween } from '../argument-rules.ts';
import type { Command } from '../command.ts';
import { request } from '../connection.ts';
import { connectionFlags } from '../connection-flags.ts';
import { comparisonText, diagnosticsText } from '../model-output.ts';
import { modelFileFlag, readModelSources } from '../model-sources.ts';
import { formatResult } from '../output/output.ts';
import { UsageError } from '../usage-error.ts';

/** The exit code when files have errors. */
const ERRORS_FOUND = 1;

/** `stheno model diff`. */
export const modelDiff: Command = {
  args: '[<from> [<to>]]',
  about: `Shows what changes from one version of the model to another, or to files, and which stored tuples lose what they refer to.

Without versions it is the newest one that is compared.`,
  examples: ['stheno model diff 2 3', 'stheno model diff 2', 'stheno model diff -f namespaces.keto.ts'],
  flags: [modelFileFlag, ...connectionFlags],
  accepts: argumentsBetween(0, 2),
  async run(invocation) {
    const { args, flags, stdin, stdout, stderr } = invocation;
    const [fromModelId = '', toModelId = ''] = args;
    const places = flags.list('file');
    if (places.length > 0 && toModelId !== '') throw new UsageError('two versions and --file exclude each other');
    const toFiles = places.length > 0 ? await readModelSources(places, stdin) : [];
    const found = await request(invocation, 'read', (client) =>
      client.call(ModelReadService.method.diffModels, { fromModelId, toModelId, toFiles }),
    );
    stderr.write(diagnosticsText(toFiles, found.diagnostics, invocation));
    const isBroken = found.diagnostics.length > 0 && found.changes.length === 0;
    const data = { from_model_id: found.fromModelId, to_model_id: found.toModelId, ...comparisonToJson(found) };
    const table = () => comparisonText(found);
    stdout.write(formatResult(flags, { data, table, quiet: () => `${found.changes.length}\n` }));
    return isBroken ? ERRORS_FOUND : 0;
  },
};
