import { WriteService } from '#gen/ory/keto/relation_tuples/v1alpha2/write_service_pb.js';
import { exactArguments } from '../argument-rules.ts';
import type { Command } from '../command.ts';
import { request } from '../connection.ts';
import { connectionFlags } from '../connection-flags.ts';
import { listTuples } from '../list-tuples.ts';
import { queryFlags, queryFromFlags, refuseOldSubjectFlag } from '../query-flags.ts';

/** How many tuples are shown before they are deleted. */
const PREVIEW_SIZE = 100;

/** `stheno relation-tuple delete-all` (contract: command line §9). */
export const tupleDeleteAll: Command = {
  about: `Deletes all relation tuples that match the given parts.

Without --force it only shows what would be deleted.`,
  examples: [
    'stheno relation-tuple delete-all --namespace Doc --object readme --insecure-disable-transport-security',
    'stheno relation-tuple delete-all --namespace Doc --object readme --force',
  ],
  flags: [...queryFlags, { kind: 'switch', name: 'force', about: 'really delete' }, ...connectionFlags],
  accepts: exactArguments(0),
  async run(invocation) {
    const { flags, stdout } = invocation;
    if (!flags.isOn('force')) {
      stdout.write(
        'WARNING: This operation is not reversible. Please use the `--force` flag to proceed.\nThese tuples would be deleted:\n\n',
      );
      await listTuples(invocation, { size: PREVIEW_SIZE, token: '' });
      return 0;
    }
    refuseOldSubjectFlag(flags);
    const relationQuery = queryFromFlags(flags);
    await request(invocation, 'write', (client) =>
      client.call(WriteService.method.deleteRelationTuples, { relationQuery }),
    );
    return 0;
  },
};

/** `stheno delete relation-tuples`. */
export const deleteTuples: Command = {
  ...tupleDeleteAll,
  examples: ['stheno delete relation-tuples --namespace Doc --object readme --force'],
};
