import { exactArguments } from '../argument-rules.ts';
import type { Command } from '../command.ts';
import { connectionFlags } from '../connection-flags.ts';
import { listTuples as printTuples } from '../list-tuples.ts';
import { queryFlags } from '../query-flags.ts';

/** `stheno relation-tuple get` (contract: command line §7). */
export const tupleGet: Command = {
  about: `Lists the relation tuples that match the given parts, a page at a time.

Without a filter it lists all of them.`,
  examples: [
    'stheno relation-tuple get --namespace Doc --insecure-disable-transport-security',
    'stheno relation-tuple get --subject-set "Group:eng#members" --format json',
    'stheno relation-tuple get --page-size 500 --page-token TOKEN -q',
  ],
  flags: [
    ...queryFlags,
    { kind: 'integer', name: 'page-size', default: 100, about: 'how many tuples a page may have (default 100)' },
    { kind: 'text', name: 'page-token', about: 'the token that the page before ended with' },
    ...connectionFlags,
  ],
  accepts: exactArguments(0),
  async run(invocation) {
    const { flags } = invocation;
    await printTuples(invocation, { size: flags.integer('page-size'), token: flags.text('page-token') });
    return 0;
  },
};

/** `stheno list relation-tuples`. */
export const listTuples: Command = {
  ...tupleGet,
  examples: ['stheno list relation-tuples --namespace Doc', 'stheno list relation-tuples --format json-pretty'],
};
