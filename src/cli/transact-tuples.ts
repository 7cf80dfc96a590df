import {
  type RelationTupleDelta_Action,
  WriteService,
} from '#gen/ory/keto/relation_tuples/v1alpha2/write_service_pb.js';
import { tupleToProto } from '../service/messages.ts';
import type { RelationTuple } from '../tuple/relation-tuple.ts';
import type { Invocation } from './command.ts';
import { request } from './connection.ts';
import { connectionFlags } from './connection-flags.ts';
import { decodeTupleJson } from './decode-tuples.ts';
import type { Flag } from './flags.ts';
import { formatResult } from './output/output.ts';
import { parseObjectArguments, parseSubjectArgument } from './tuple-arguments.ts';
import { readTupleFiles } from './tuple-files.ts';
import { tuplesResult } from './tuple-output.ts';
import { UsageError } from './usage-error.ts';

/** The flags of the commands that write tuples one by one. */
export const transactFlags: readonly Flag[] = [
  {
    kind: 'list',
    name: 'file',
    short: 'f',
    isFile: true,
    about: 'files or directories with JSON tuples, - for the standard input',
  },
  ...connectionFlags,
];

/**
 * Sends the tuples of the files, or else of the arguments, in one transaction, and prints them.
 *
 * Source: contract, command line §8.
 */
export async function transactTuples(
  invocation: Invocation,
  action: RelationTupleDelta_Action,
  files: readonly string[],
): Promise<number> {
  const tuples =
    files.length > 0
      ? await readTupleFiles(files, decodeTupleJson, invocation.stdin)
      : [tupleFromArguments(invocation)];
  await request(invocation, 'write', (client) =>
    client.call(WriteService.method.transactRelationTuples, {
      relationTupleDeltas: tuples.map((tuple) => ({ action, relationTuple: tupleToProto(tuple) })),
    }),
  );
  invocation.stdout.write(formatResult(invocation.flags, tuplesResult(tuples)));
  return 0;
}

function tupleFromArguments({ args, stderr }: Invocation): RelationTuple {
  const [subject = '', relation = '', object = ''] = args;
  if (args.length !== 3) throw new UsageError('expected inline arguments or JSON files and folders');
  const target = parseObjectArguments([object], stderr);
  return { ...target, relation, subject: parseSubjectArgument(subject) };
}
