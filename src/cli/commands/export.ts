import { TupleReadService } from '#gen/stheno/v1/tuple_read_service_pb.js';
import { tupleFromProto } from '../../service/messages.ts';
import { argumentsBetween } from '../argument-rules.ts';
import { EXPORT_FORMATS } from '../bulk/export-lines.ts';
import { Progress } from '../bulk/progress.ts';
import { writeExport } from '../bulk/write-export.ts';
import type { Command, Invocation } from '../command.ts';
import { CommandFailure } from '../command-failure.ts';
import { request } from '../connection.ts';
import { connectionFlags } from '../connection-flags.ts';
import type { GrpcClient } from '../grpc-client.ts';
import { queryFlags, queryFromFlags } from '../query-flags.ts';
import { UsageError } from '../usage-error.ts';

/** `stheno export`. */
export const exportTuples: Command = {
  args: '[<file>]',
  about: `Exports all relation tuples, or those that match, at one revision: to a file or to the standard output (-).

A line is a tuple, in JSON (jsonl) or in text form. A file whose name ends in .gz is compressed. The file has its name
when it is complete: an export that is interrupted leaves nothing behind.`,
  examples: [
    'stheno export tuples.jsonl.gz --insecure-disable-transport-security',
    'stheno export --namespace Doc --format text',
  ],
  flags: [
    ...queryFlags.filter(({ isHidden }) => isHidden !== true),
    {
      kind: 'text',
      name: 'format',
      default: 'jsonl',
      values: Object.keys(EXPORT_FORMATS),
      about: 'jsonl or text (default jsonl)',
    },
    { kind: 'switch', name: 'gzip', about: 'compress, whatever the name of the file' },
    { kind: 'text', name: 'snaptoken', about: 'at least as fresh as this' },
    ...connectionFlags,
  ],
  accepts: argumentsBetween(0, 1),
  async run(invocation) {
    const { flags, stdout } = invocation;
    const file = fileOf(invocation);
    const format = EXPORT_FORMATS[flags.text('format')];
    if (format === undefined)
      throw new UsageError(`unknown format "${flags.text('format')}": it must be jsonl or text`);
    const isCompressed = flags.isOn('gzip') || file?.endsWith('.gz') === true;
    const stopping = new AbortController();
    const { signal } = stopping;
    const stop = (): void => stopping.abort();
    // Some senders signal twice: the second time must not end the program before it has cleaned up.
    process.on('SIGINT', stop).on('SIGTERM', stop);
    try {
      await request(invocation, 'read', async (client) => {
        const lines = linesOf(client, invocation, format);
        await writeExport(lines, { file, stdout, isCompressed, signal });
      });
    } catch (error) {
      throw signal.aborted ? new CommandFailure('the export was interrupted\n') : error;
    } finally {
      process.off('SIGINT', stop).off('SIGTERM', stop);
    }
    return 0;
  },
};

/** Undefined: the standard output. */
function fileOf({ args: [file] }: Invocation): string | undefined {
  return file === '-' ? undefined : file;
}

async function* linesOf(
  client: GrpcClient,
  invocation: Invocation,
  format: (typeof EXPORT_FORMATS)[string],
): AsyncGenerator<string> {
  const { flags, stderr } = invocation;
  const snaptoken = flags.text('snaptoken');
  const consistency = snaptoken === '' ? {} : { requirement: { case: 'atLeastAsFresh', value: snaptoken } as const };
  const message = { query: queryFromFlags(flags), consistency };
  const isTerminal = 'isTTY' in stderr && stderr.isTTY === true;
  const total = isTerminal ? Number((await client.call(TupleReadService.method.count, message)).count) : undefined;
  using progress = new Progress({ output: stderr, name: fileOf(invocation) ?? 'stdout' });
  let exported = 0;
  for await (const { tuples } of client.stream(TupleReadService.method.export, message)) {
    if (tuples.length > 0) yield tuples.map((tuple) => format(tupleFromProto(tuple))).join('');
    exported += tuples.length;
    progress.show(exported, total ? exported / total : undefined);
  }
}
