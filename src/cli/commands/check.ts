import { CheckService } from '#gen/ory/keto/relation_tuples/v1alpha2/check_service_pb.js';
import { tupleToProto } from '../../service/messages.ts';
import { argumentsBetween } from '../argument-rules.ts';
import type { Command, Invocation } from '../command.ts';
import { request } from '../connection.ts';
import { connectionFlags } from '../connection-flags.ts';
import type { Flag } from '../flags.ts';
import { maxDepthFlag } from '../max-depth-flag.ts';
import { formatFlags } from '../output/format-flags.ts';
import { formatResult } from '../output/output.ts';
import { parseObjectArguments, parseSubjectArgument } from '../tuple-arguments.ts';

const flags: readonly Flag[] = [maxDepthFlag, ...formatFlags, ...connectionFlags];

/** `stheno check`, also as `check permission OBJECT RELATION SUBJECT` (contract: command line §5). */
export const check: Command = {
  args: '<subject> <relation> <namespace>:<object>',
  about: `Checks whether a subject has a relation to an object, and prints Allowed or Denied.

The subject is an id, or a subject set written namespace:object#relation.`,
  examples: [
    'stheno check ann view Doc:readme --insecure-disable-transport-security',
    'stheno check Group:eng#members view Doc:readme --format json',
    'stheno check permission Doc:readme view ann',
  ],
  flags,
  accepts: argumentsBetween(3, 4),
  run: (invocation) => {
    const [subject = '', relation = '', ...object] = subjectFirst(invocation.args);
    return runCheck(invocation, subject, relation, parseObjectArguments(object, invocation.stderr));
  },
};

/** `stheno is allowed`: the same question in the Ory CLI's words. */
export const isAllowed: Command = {
  ...check,
  examples: ['stheno is allowed ann view Doc readme', 'stheno is allowed ann view Doc:readme'],
  run: (invocation) => {
    const [subject = '', relation = '', namespace = '', object] = invocation.args;
    // Apart is how the Ory CLI documents it, so that nothing is said about it here.
    const target = object === undefined ? parseObjectArguments([namespace], invocation.stderr) : { namespace, object };
    return runCheck(invocation, subject, relation, target);
  },
};

async function runCheck(
  invocation: Invocation,
  subject: string,
  relation: string,
  target: { readonly namespace: string; readonly object: string },
): Promise<number> {
  const tuple = { ...target, relation, subject: parseSubjectArgument(subject) };
  const { allowed } = await request(invocation, 'read', (client) =>
    client.call(CheckService.method.check, {
      tuple: tupleToProto(tuple),
      maxDepth: invocation.flags.integer('max-depth'),
    }),
  );
  const text = () => (allowed ? 'Allowed\n' : 'Denied\n');
  invocation.stdout.write(formatResult(invocation.flags, { data: { allowed }, table: text, quiet: text }));
  return 0;
}

/** Four arguments of which the second is an object can only be the Ory CLI's `permission OBJECT RELATION SUBJECT`. */
function subjectFirst(args: readonly string[]): readonly string[] {
  const [word, object = '', relation = '', subject = ''] = args;
  return word === 'permission' && args.length === 4 && object.includes(':') ? [subject, relation, object] : args;
}
