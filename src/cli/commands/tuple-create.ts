import { RelationTupleDelta_Action } from '#gen/ory/keto/relation_tuples/v1alpha2/write_service_pb.js';
import type { Command } from '../command.ts';
import { transactFlags, transactTuples } from '../transact-tuples.ts';

/** `stheno relation-tuple create` (contract: command line §8). */
export const tupleCreate: Command = {
  args: '[<subject> <relation> <namespace>:<object>]',
  about: `Creates relation tuples: one from the arguments, or all of the given JSON files in one transaction.

A tuple that is there already stays as it is.`,
  examples: [
    'stheno relation-tuple create ann viewers Doc:readme --insecure-disable-transport-security',
    'stheno relation-tuple create -f tuples.json -f more-tuples/',
    'stheno relation-tuple parse -f tuples.txt --format json | stheno relation-tuple create -f -',
  ],
  flags: transactFlags,
  run: (invocation) => transactTuples(invocation, RelationTupleDelta_Action.INSERT, invocation.flags.list('file')),
};

/** `stheno create relation-tuples`: the files may stand as arguments. */
export const createTuples: Command = {
  ...tupleCreate,
  args: '[<file>…]',
  about: 'Creates the relation tuples of JSON files, directories or the standard input (-) in one transaction.',
  examples: ['stheno create relation-tuples tuples.json', 'stheno create relation-tuples -'],
  run: (invocation) =>
    transactTuples(invocation, RelationTupleDelta_Action.INSERT, [
      ...invocation.flags.list('file'),
      ...invocation.args,
    ]),
};
