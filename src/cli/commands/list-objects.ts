import { LookupService } from '#gen/stheno/v1/lookup_service_pb.js';
import { subjectToProto } from '../../service/messages.ts';
import { exactArguments } from '../argument-rules.ts';
import type { Command } from '../command.ts';
import { request } from '../connection.ts';
import { connectionFlags } from '../connection-flags.ts';
import { lookupResult, warnOfLimitation } from '../lookup-result.ts';
import { maxDepthFlag } from '../max-depth-flag.ts';
import { formatResult } from '../output/output.ts';
import { askForPages, pageFlags } from '../page-flags.ts';
import { parseSubjectArgument } from '../tuple-arguments.ts';

/** `stheno list objects`. */
export const listObjects: Command = {
  args: '<subject> <relation> <namespace>',
  about: `Lists the objects of a namespace on which a subject has a relation or permit, a page at a time.

The subject is an id, or a subject set written namespace:object#relation.`,
  examples: [
    'stheno list objects ann view Doc --insecure-disable-transport-security',
    'stheno list objects Group:eng#members view Doc --all -q',
  ],
  flags: [maxDepthFlag, ...pageFlags, ...connectionFlags],
  accepts: exactArguments(3),
  async run(invocation) {
    const { args, flags, stdout, stderr } = invocation;
    const [subject = '', relation = '', namespace = ''] = args;
    const question = { namespace, relation, subject: subjectToProto(parseSubjectArgument(subject)) };
    const maxDepth = flags.integer('max-depth');
    const pages = await request(invocation, 'read', (client) =>
      askForPages(flags, (page) => client.call(LookupService.method.listObjects, { ...question, maxDepth, ...page })),
    );
    const { nextPageToken, snaptoken, modelId } = pages.at(-1) ?? pages[0];
    const limitation = pages.map((page) => page.limitation).find((one) => one !== '') ?? '';
    const objects = pages.flatMap((page) => page.objects);
    const listed = {
      title: 'OBJECT',
      lines: objects,
      data: { objects },
      nextPageToken,
      snaptoken,
      limitation,
      modelId,
    };
    stdout.write(formatResult(flags, lookupResult(listed)));
    warnOfLimitation(limitation, stderr);
    return 0;
  },
};
