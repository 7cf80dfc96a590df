import { RelationTupleDelta_Action } from '#gen/ory/keto/relation_tuples/v1alpha2/write_service_pb.js';
import type { Command } from '../command.ts';
import { transactFlags, transactTuples } from '../transact-tuples.ts';

/** `stheno relation-tuple delete` (contract: command line §8). */
export const tupleDelete: Command = {
  args: '[<subject> <relation> <namespace>:<object>]',
  about: `Deletes relation tuples: the one of the arguments, or all of the given JSON files in one transaction.

A tuple that is not there is no error.`,
  examples: [
    'stheno relation-tuple delete ann viewers Doc:readme --insecure-disable-transport-security',
    'stheno relation-tuple delete -f tuples.json',
  ],
  flags: transactFlags,
  run: (invocation) => transactTuples(invocation, RelationTupleDelta_Action.DELETE, invocation.flags.list('file')),
};
