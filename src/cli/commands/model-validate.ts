import { ModelService } from '#gen/stheno/v1/model_service_pb.js';
import { comparisonToJson } from '../../service/model-json.ts';
import type { Command } from '../command.ts';
import { request } from '../connection.ts';
import { connectionFlags } from '../connection-flags.ts';
import { comparisonText, diagnosticsText } from '../model-output.ts';
import { modelFileFlag, readModelSources } from '../model-sources.ts';
import { formatResult } from '../output/output.ts';

/** The exit code when the model has errors; it differs from the one for calls that could not be carried out. */
const ERRORS_FOUND = 1;

/** `stheno model validate`. */
export const modelValidate: Command = {
  about: `Shows what is wrong with the files of a model, what they would change on a running server, and which stored tuples would lose what they refer to.

Nothing is written. The exit code is 1 when the model has errors.`,
  examples: ['stheno model validate -f namespaces.keto.ts'],
  flags: [modelFileFlag, ...connectionFlags],
  accepts: (args) => (args.length === 0 ? undefined : `accepts 0 arg(s), received ${args.length}`),
  async run(invocation) {
    const { flags, stdin, stdout, stderr } = invocation;
    const files = await readModelSources(flags.list('file'), stdin);
    const found = await request(invocation, 'write', (client) =>
      client.call(ModelService.method.validateModel, { files }),
    );
    const { valid, fromModelId } = found;
    stderr.write(diagnosticsText(files, found.diagnostics, invocation));
    const data = { valid, from_model_id: fromModelId, ...comparisonToJson(found) };
    const table = () => (valid ? comparisonText(found) : 'the model has errors\n');
    stdout.write(formatResult(flags, { data, table, quiet: () => `${valid}\n` }));
    return valid ? 0 : ERRORS_FOUND;
  },
};
