import { LookupService } from '#gen/stheno/v1/lookup_service_pb.js';
import { subjectToProto } from '../../service/messages.ts';
import { exactArguments } from '../argument-rules.ts';
import type { Command } from '../command.ts';
import { request } from '../connection.ts';
import { connectionFlags } from '../connection-flags.ts';
import { maxDepthFlag } from '../max-depth-flag.ts';
import { formatResult } from '../output/output.ts';
import { formatTable } from '../output/table-text.ts';
import { parseObjectArguments, parseSubjectArgument } from '../tuple-arguments.ts';

/** `stheno list permissions`. */
export const listPermissions: Command = {
  args: '<subject> <namespace>:<object>',
  about: `Lists the relations and permits that a subject has on an object.

The subject is an id, or a subject set written namespace:object#relation. Without --relation all that the model
declares for the namespace are asked for.`,
  examples: [
    'stheno list permissions ann Doc:readme --insecure-disable-transport-security',
    'stheno list permissions ann Doc:readme --relation view,edit --format json',
  ],
  flags: [
    { kind: 'list', name: 'relation', about: 'a relation or permit to ask for' },
    maxDepthFlag,
    ...connectionFlags,
  ],
  accepts: exactArguments(2),
  async run(invocation) {
    const { args, flags, stdout, stderr } = invocation;
    const [subject = '', target = ''] = args;
    const { relations, undetermined, snaptoken, modelId } = await request(invocation, 'read', (client) =>
      client.call(LookupService.method.listPermissions, {
        ...parseObjectArguments([target], stderr),
        subject: subjectToProto(parseSubjectArgument(subject)),
        relations: [...flags.list('relation')],
        maxDepth: flags.integer('max-depth'),
      }),
    );
    const missing = undetermined.map(({ relation, limitation }) => ({ relation, limitation }));
    stdout.write(
      formatResult(flags, {
        data: { relations, ...(missing.length > 0 && { undetermined: missing }), snaptoken, model_id: modelId },
        table: () => formatTable([['RELATION'], ...relations.map((relation) => [relation])]),
        quiet: () => relations.map((relation) => `${relation}\n`).join(''),
      }),
    );
    for (const { relation, limitation } of missing) {
      stderr.write(`Warning: ${relation} could not be determined (${limitation}).\n`);
    }
    return 0;
  },
};
