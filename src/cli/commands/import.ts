import { statSync } from 'node:fs';
import { type ImportCounts, importFile } from '../bulk/import-file.ts';
import { ImportInput } from '../bulk/import-input.ts';
import { ImportState } from '../bulk/import-state.ts';
import { PrefixDigest } from '../bulk/prefix-digest.ts';
import type { Command, Invocation } from '../command.ts';
import { CommandFailure } from '../command-failure.ts';
import { request } from '../connection.ts';
import { connectionFlags, REMOTES } from '../connection-flags.ts';
import type { GrpcClient } from '../grpc-client.ts';
import { formatFlags } from '../output/format-flags.ts';
import { formatResult } from '../output/output.ts';
import { systemErrorText } from '../system-error-text.ts';

/** `stheno import`. */
export const importTuples: Command = {
  args: '<file>…',
  about: `Imports relation tuples from files of any size, or from the standard input (-).

A line is a tuple in JSON or in text form (namespace:object#relation@subject), which is inserted, or a change in JSON:
{"action": "delete", "relation_tuple": {…}}. Blank lines and lines that begin with // are skipped; what gzip made is
decompressed. Four thousand changes are one transaction.

What is imported again changes nothing, so an import that was interrupted, or stopped at a bad line, is completed by the
same command. Beside a file stands how far it is (FILE.import) until all of it is imported: with --resume what was
acknowledged is skipped, also when what comes behind it in the file has changed.`,
  examples: [
    'stheno import tuples.jsonl --insecure-disable-transport-security',
    'stheno import tuples.txt more.jsonl.gz --resume',
    'stheno export --namespace Doc | stheno import - --write-remote other:4467',
  ],
  flags: [
    { kind: 'switch', name: 'resume', about: 'skip what an interrupted import of the same file has done' },
    ...formatFlags,
    ...connectionFlags,
  ],
  accepts: (args) => (args.length > 0 ? undefined : 'requires at least 1 file, or - for the standard input'),
  async run(invocation) {
    const counts: ImportCounts = { inserted: 0, deleted: 0, received: 0, snaptoken: '' };
    await request(invocation, 'write', (client) => importFiles(invocation, client, counts));
    const { inserted, deleted, received, snaptoken } = counts;
    invocation.stdout.write(
      formatResult(invocation.flags, {
        data: { inserted, deleted, received, snaptoken },
        table: () => `${received} changes were imported: ${inserted} tuples inserted, ${deleted} deleted\n`,
        quiet: () => `${snaptoken}\n`,
      }),
    );
    return 0;
  },
};

async function importFiles(invocation: Invocation, client: GrpcClient, counts: ImportCounts): Promise<void> {
  const { args, stdin, stderr } = invocation;
  for (const file of args) {
    const state = stateOf(file, invocation);
    const input = new ImportInput({ file, stdin });
    const bytes = new PrefixDigest(input.chunks);
    const done = invocation.flags.isOn('resume') ? await state?.resume(bytes) : undefined;
    try {
      await importFile({ file, input, bytes, client, state, done, counts, stderr });
    } catch (error) {
      throw error instanceof CommandFailure ? withCounts(error, counts) : error;
    }
  }
}

/** @throws {CommandFailure} when there is no such file */
function stateOf(file: string, { flags, env }: Invocation): ImportState | undefined {
  if (file === '-') return undefined;
  const { flag, variable } = REMOTES.write;
  const server = (flags.isGiven(flag) ? undefined : env[variable]) ?? flags.text(flag);
  try {
    statSync(file);
    return new ImportState({ file, server });
  } catch (error) {
    throw new CommandFailure(`opening file ${file}: ${systemErrorText(error)}\n`);
  }
}

function withCounts({ message }: CommandFailure, { received }: ImportCounts): CommandFailure {
  const changes = received === 1 ? '1 change is' : `${received} changes are`;
  const done = `${changes} imported for sure; the same command completes the import`;
  return new CommandFailure(`${message}${done}\n`);
}
