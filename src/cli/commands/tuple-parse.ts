import type { RelationTuple } from '../../tuple/relation-tuple.ts';
import { formatSubject } from '../../tuple/tuple-text.ts';
import { noArguments } from '../argument-rules.ts';
import type { Command, Invocation } from '../command.ts';
import { decodeTupleLines } from '../decode-tuples.ts';
import { formatResult, type Result } from '../output/output.ts';
import { formatTable } from '../output/table-text.ts';
import { readTupleFiles } from '../tuple-files.ts';
import { tupleToJson } from '../tuple-json.ts';
import { tuplesResult } from '../tuple-output.ts';
import { UsageError } from '../usage-error.ts';

/** `stheno relation-tuple parse` (contract: command line §10). */
export const tupleParse: Command = {
  about: `Reads tuples in text form, one a line, and prints them as a table or in a format for programs.

A tuple is written namespace:object#relation@subject; lines that start with // are comments.`,
  examples: [
    'stheno relation-tuple parse -f tuples.txt',
    "echo 'Doc:readme#viewers@ann' | stheno relation-tuple parse -f - --format json",
  ],
  flags: [
    {
      kind: 'list',
      name: 'file',
      short: 'f',
      isFile: true,
      about: 'files or directories to read, - for the standard input',
    },
  ],
  accepts: noArguments,
  run: (invocation) => parse(invocation, invocation.flags.list('file')),
};

/** `stheno parse relation-tuples`: the files may stand as arguments. */
export const parseTuples: Command = {
  about: tupleParse.about,
  args: '<file>…',
  examples: ['stheno parse relation-tuples --format json tuples.txt', 'stheno parse relation-tuples --format=json -'],
  ...(tupleParse.flags && { flags: tupleParse.flags }),
  run: (invocation) => parse(invocation, [...invocation.flags.list('file'), ...invocation.args]),
};

async function parse({ flags, stdin, stdout }: Invocation, files: readonly string[]): Promise<number> {
  if (files.length === 0) throw new UsageError('at least one file must be specified with -f');
  const tuples = await readTupleFiles(files, decodeTupleLines, stdin);
  const [first] = tuples;
  stdout.write(formatResult(flags, first && tuples.length === 1 ? rowResult(first) : tuplesResult(tuples)));
  return 0;
}

/**
 * A single tuple stands in rows, and is an object instead of an array. Quiet, it is its namespace alone, as in Keto.
 */
function rowResult(tuple: RelationTuple): Result {
  return {
    data: tupleToJson(tuple),
    table: () =>
      formatTable([
        ['NAMESPACE', tuple.namespace],
        ['OBJECT ID', tuple.object],
        ['RELATION NAME', tuple.relation],
        ['SUBJECT', formatSubject(tuple.subject)],
      ]),
    quiet: () => `${tuple.namespace}\n`,
  };
}
