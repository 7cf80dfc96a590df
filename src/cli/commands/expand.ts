import { ExpandService } from '#gen/ory/keto/relation_tuples/v1alpha2/expand_service_pb.js';
import { subjectToProto } from '../../service/messages.ts';
import { argumentsBetween } from '../argument-rules.ts';
import type { Command } from '../command.ts';
import { request } from '../connection.ts';
import { connectionFlags } from '../connection-flags.ts';
import { formatTree, treeToJson } from '../expand-tree.ts';
import type { Flag } from '../flags.ts';
import { formatFlags } from '../output/format-flags.ts';
import { formatResult } from '../output/output.ts';
import { parseObjectArguments } from '../tuple-arguments.ts';

/** The format that ends the tree with a line end. Any other name that is not structured prints the bare tree. */
const DEFAULT_FORMAT = 'default';

const NO_TREE = 'Got an empty tree. This probably means that the requested relation tuple is not present in Keto.';

/** `stheno expand` (contract: command line §6). */
export const expand: Command = {
  args: '<relation> <namespace>:<object>',
  about: 'Shows the tree of all subjects that have a relation to an object, and how they come to have it.',
  examples: [
    'stheno expand viewers Doc:readme --insecure-disable-transport-security',
    'stheno expand viewers Doc:readme --max-depth 3 --format json-pretty',
  ],
  flags: [
    {
      kind: 'integer',
      name: 'max-depth',
      short: 'd',
      default: 0,
      about: 'how many levels the tree may have (default 0: as many as the server allows)',
    },
    ...formatFlags.map(withDefaultFormat),
    ...connectionFlags,
  ],
  accepts: argumentsBetween(2, 3),
  async run(invocation) {
    const { args, flags, stdout, stderr } = invocation;
    const [relation = '', ...object] = args;
    const subject = { kind: 'set' as const, ...parseObjectArguments(object, stderr), relation };
    const { tree } = await request(invocation, 'read', (client) =>
      client.call(ExpandService.method.expand, {
        subject: subjectToProto(subject),
        maxDepth: flags.integer('max-depth'),
      }),
    );
    const isDefault = [DEFAULT_FORMAT, ''].includes(flags.text('format'));
    const bare = tree ? formatTree(tree) : '';
    const text = isDefault ? `${bare || (flags.isOn('quiet') ? '' : NO_TREE)}\n` : bare;
    const data = tree ? treeToJson(tree) : null;
    stdout.write(formatResult(flags, { data, table: () => text, quiet: () => text }));
    return 0;
  },
};

function withDefaultFormat(flag: Flag): Flag {
  return flag.kind === 'text' ? { ...flag, default: DEFAULT_FORMAT } : flag;
}
