import { statSync } from 'node:fs';
import { type ImportResponse, TupleService } from '#gen/stheno/v1/tuple_service_pb.js';
import { InvalidArgumentError } from '../../errors.ts';
import { type NumberedDelta, readTupleLines } from '../../tuple/read-tuple-lines.ts';
import type { Surroundings } from '../command.ts';
import { CommandFailure } from '../command-failure.ts';
import type { GrpcClient } from '../grpc-client.ts';
import { RpcError } from '../rpc-error.ts';
import { DeltaSource } from './delta-source.ts';
import { encodeChanges } from './encode-changes.ts';
import type { ImportInput } from './import-input.ts';
import type { ImportedLines, ImportState } from './import-state.ts';
import type { PrefixDigest } from './prefix-digest.ts';
import { Progress } from './progress.ts';

/** Each message is a transaction. */
const CHANGES_PER_MESSAGE = 4000;
/** In UTF-16 units, of which each takes three bytes at most: a message is below 4 MiB. */
const LENGTH_PER_MESSAGE = 1_000_000;
/** What is acknowledged at once. */
const MESSAGES_PER_CALL = 25;
const MAX_LINE_BYTES = 16 * 1024 * 1024;

/** What was imported. */
export interface ImportCounts {
  inserted: number;
  deleted: number;
  received: number;
  snaptoken: string;
}

interface ImportOptions extends Pick<Surroundings, 'stderr'> {
  /** `-` is the standard input. */
  readonly file: string;
  readonly input: ImportInput;
  /** Of the input. */
  readonly bytes: PrefixDigest;
  readonly client: GrpcClient;
  /** Undefined when nothing can be remembered, as of the standard input. */
  readonly state: ImportState | undefined;
  /** What was imported before, and is skipped already. */
  readonly done: ImportedLines | undefined;
  /** Grows with each acknowledgement. */
  readonly counts: ImportCounts;
}

/**
 * Imports a file, 100,000 changes a call.
 * @throws {CommandFailure} that names the file and, if it is one line's fault, the line
 */
export async function importFile(options: ImportOptions): Promise<void> {
  const { file, input, bytes, client, state, done, counts, stderr } = options;
  const place = file === '-' ? 'stdin' : file;
  const size = file === '-' ? undefined : statSync(file).size;
  using progress = new Progress({ output: stderr, name: place });
  const begin = done === undefined ? {} : { begin: done };
  const source = new DeltaSource(readTupleLines(bytes.chunks(), { maxLineBytes: MAX_LINE_BYTES, ...begin }));
  let sent = 0;
  const onSent = (changes: number): void => {
    sent += changes;
    progress.show(sent, size === undefined ? undefined : input.readBytes / size);
  };
  for (let isLast = false; !isLast; ) {
    const call = new ImportCall(source, onSent);
    const answer = await client.send(TupleService.method.import, call.messages()).catch((error: unknown) => {
      throw failureOf(place, error, call);
    });
    add(counts, answer);
    if (call.last !== undefined) remember(call.last, bytes, state);
    if (call.failure !== undefined) throw failureOf(place, call.failure, call);
    isLast = call.isLast;
  }
  state?.clear();
}

/** The messages of one call. */
class ImportCall {
  readonly #source: DeltaSource;
  readonly #onSent: (changes: number) => void;
  readonly #pieces: (readonly NumberedDelta[])[] = [];
  /** Whether nothing comes behind it. */
  isLast = false;
  /** Why the input could not be read any further. */
  failure: unknown;

  /** @param onSent is told how many changes the connection took, which is about as many as the server did */
  constructor(source: DeltaSource, onSent: (changes: number) => void) {
    this.#source = source;
    this.#onSent = onSent;
  }

  /** Of what was sent; undefined when nothing was. */
  get last(): NumberedDelta | undefined {
    return this.#pieces.at(-1)?.at(-1);
  }

  /** Of a change that the server names; both are counted as it does. */
  lineOf(message: number, index: number): number | undefined {
    return this.#pieces[message - 1]?.[index]?.line;
  }

  async *messages(): AsyncGenerator<Buffer> {
    while (this.#pieces.length < MESSAGES_PER_CALL) {
      let piece: readonly NumberedDelta[];
      try {
        piece = await this.#source.take(CHANGES_PER_MESSAGE, LENGTH_PER_MESSAGE);
      } catch (error) {
        // What stands before is imported all the same.
        this.failure = error;
        return;
      }
      if (piece.length === 0) {
        this.isLast = true;
        return;
      }
      this.#pieces.push(piece);
      yield encodeChanges(piece.map(({ delta }) => delta));
      this.#onSent(piece.length);
    }
  }
}

/** A last line that nothing ends may still grow, and is not remembered. */
function remember({ line, endByte }: NumberedDelta, bytes: PrefixDigest, state: ImportState | undefined): void {
  const prefix = bytes.upTo(endByte);
  if (prefix !== undefined) state?.write({ lines: line, ...prefix });
}

function add(counts: ImportCounts, { inserted, deleted, received, snaptoken }: ImportResponse): void {
  counts.inserted += Number(inserted);
  counts.deleted += Number(deleted);
  counts.received += Number(received);
  counts.snaptoken = snaptoken;
}

/** How the server names a change of an import. */
const AT_CHANGE = /message (\d+): changes\[(\d+)\](?:: )?(.*) \([^()]* imported\)$/s;

function failureOf(place: string, error: unknown, call: ImportCall): unknown {
  if (error instanceof InvalidArgumentError) return new CommandFailure(`${place}: ${error.message}\n`);
  if (!(error instanceof RpcError)) return error;
  const [, message, index, reason] = AT_CHANGE.exec(error.message) ?? [];
  const line = call.lineOf(Number(message), Number(index));
  if (line !== undefined) return new CommandFailure(`${place}: line ${line}: ${reason}\n`);
  return new CommandFailure(`${place}: Could not make request: ${error.message}\n`);
}
