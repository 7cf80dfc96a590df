import { ModelReadService } from '#gen/stheno/v1/model_read_service_pb.js';
import { fileToJson, versionToJson } from '../../service/model-json.ts';
import { argumentsBetween } from '../argument-rules.ts';
import type { Command } from '../command.ts';
import { request } from '../connection.ts';
import { connectionFlags } from '../connection-flags.ts';
import { formatResult } from '../output/output.ts';

/** `stheno model read`. */
export const modelRead: Command = {
  args: '[<version>]',
  about: `Prints a version of the model; without one the newest.

A model of several files is printed with a comment that names each of them.`,
  examples: ['stheno model read', 'stheno model read 3 > namespaces.keto.ts', 'stheno model read --format json'],
  flags: connectionFlags,
  accepts: argumentsBetween(0, 1),
  async run(invocation) {
    const [modelId = ''] = invocation.args;
    const { version, files } = await request(invocation, 'read', (client) =>
      client.call(ModelReadService.method.readModel, { modelId }),
    );
    const id = version?.modelId ?? '';
    const data = { ...(version === undefined ? {} : versionToJson(version)), files: files.map(fileToJson) };
    const table = () =>
      files.map(({ name, content }) => (files.length > 1 ? `// ${name}\n` : '') + ended(content)).join('');
    invocation.stdout.write(formatResult(invocation.flags, { data, table, quiet: () => `${id}\n` }));
    return 0;
  },
};

function ended(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
