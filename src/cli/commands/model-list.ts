import { timestampDate } from '@bufbuild/protobuf/wkt';
import type { ModelVersion } from '#gen/stheno/v1/model_pb.js';
import { ModelReadService } from '#gen/stheno/v1/model_read_service_pb.js';
import { versionToJson } from '../../service/model-json.ts';
import type { Command } from '../command.ts';
import { request } from '../connection.ts';
import { connectionFlags } from '../connection-flags.ts';
import { formatResult } from '../output/output.ts';
import { formatTable } from '../output/table-text.ts';
import { visible } from '../visible.ts';

/** `stheno model list`. */
export const modelList: Command = {
  about: 'Lists the versions of the model in the database, the newest first, and says which one the server decides by.',
  examples: ['stheno model list', 'stheno model list --page-size 10 --format json'],
  flags: [
    { kind: 'integer', name: 'page-size', default: 100, about: 'how many versions at most (default 100)' },
    { kind: 'text', name: 'page-token', about: 'the token of the page before' },
    ...connectionFlags,
  ],
  accepts: (args) => (args.length === 0 ? undefined : `accepts 0 arg(s), received ${args.length}`),
  async run(invocation) {
    const { flags } = invocation;
    const page = await request(invocation, 'read', (client) =>
      client.call(ModelReadService.method.listModels, {
        pageSize: flags.integer('page-size'),
        pageToken: flags.text('page-token'),
      }),
    );
    const { versions, nextPageToken, currentModelId } = page;
    const data = {
      models: versions.map(versionToJson),
      next_page_token: nextPageToken,
      current_model_id: currentModelId,
    };
    const table = () =>
      formatTable([...rows(versions), [''], ['NEXT PAGE TOKEN', nextPageToken], ['CURRENT', currentModelId]]);
    const quiet = () => versions.map(({ modelId }) => `${modelId}\n`).join('');
    invocation.stdout.write(formatResult(flags, { data, table, quiet }));
    return 0;
  },
};

function rows(versions: readonly ModelVersion[]): string[][] {
  return [
    ['VERSION', 'WRITTEN AT', 'AUTHOR', 'MESSAGE'],
    ...versions.map(({ modelId, writtenAt, author, message }) => [
      modelId,
      writtenAt === undefined ? '' : timestampDate(writtenAt).toISOString(),
      oneLine(author),
      oneLine(message),
    ]),
  ];
}

function oneLine(text: string): string {
  return visible(text.replace(/\s/g, ' '));
}
