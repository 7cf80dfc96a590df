import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import {
  TupleChange_Action,
  type WatchResponse,
  WatchResponse_Kind,
  WatchService,
} from '#gen/stheno/v1/watch_service_pb.js';
import { tupleFromProto } from '../../service/messages.ts';
import { formatTuple } from '../../tuple/tuple-text.ts';
import { exactArguments } from '../argument-rules.ts';
import type { Command, Invocation } from '../command.ts';
import { request } from '../connection.ts';
import { connectionFlags } from '../connection-flags.ts';
import type { GrpcClient } from '../grpc-client.ts';
import { formatJson } from '../output/json-text.ts';
import { RpcError } from '../rpc-error.ts';
import { tupleToJson } from '../tuple-json.ts';
import { visible } from '../visible.ts';

/** Pauses between attempts to connect again: the first, and the longest. */
const MIN_PAUSE_MS = 100;
const MAX_PAUSE_MS = 5000;

/** How a call ends whose server or connection goes away. */
const LOST: ReadonlySet<string> = new Set(['Unavailable', 'Canceled']);

/** `stheno watch`. */
export const watch: Command = {
  about: `Shows what is committed from now on, or from a snaptoken on, in commit order and without gaps.

A line begins with + for a tuple that was inserted and with - for one that was deleted. With --format json a line is
what was told at once, with the snaptoken to go on from. When the connection breaks it is opened again; what was told
last is the place to go on, and the error output says so. It never ends by itself.`,
  examples: [
    'stheno watch --insecure-disable-transport-security',
    'stheno watch --namespace files,groups --object-prefix public/ -q',
    'stheno watch --snaptoken TOKEN --format json',
  ],
  flags: [
    { kind: 'text', name: 'snaptoken', about: 'show what was committed after it' },
    { kind: 'list', name: 'namespace', about: 'only tuples of these namespaces' },
    { kind: 'text', name: 'object-prefix', about: 'only tuples whose object begins with this' },
    {
      kind: 'text',
      name: 'format',
      default: 'text',
      values: ['text', 'json'],
      about: 'text, or json with one document a line (default text)',
    },
    { kind: 'switch', name: 'quiet', short: 'q', about: 'no times' },
    { kind: 'switch', name: 'once', about: 'fail when the connection breaks' },
    ...connectionFlags,
  ],
  accepts: exactArguments(0),
  run: (invocation) => request(invocation, 'read', (client) => follow(client, invocation)),
};

/** @throws {RpcError} when the server refuses, or is not there to begin with */
async function follow(client: GrpcClient, { flags, stdout, stderr }: Invocation): Promise<never> {
  const format = flags.text('format') === 'json' ? formatLine : flags.isOn('quiet') ? formatChanges : formatTimed;
  let snaptoken = flags.text('snaptoken');
  let hasBegun = false;
  let pauseMs = MIN_PAUSE_MS;
  for (;;) {
    const question = { snaptoken, namespaces: [...flags.list('namespace')], objectPrefix: flags.text('object-prefix') };
    try {
      for await (const response of client.stream(WatchService.method.watch, question)) {
        if (!stdout.write(format(response))) await once(stdout, 'drain');
        ({ snaptoken } = response);
        hasBegun = true;
        pauseMs = MIN_PAUSE_MS;
      }
    } catch (error) {
      const isLost = error instanceof RpcError && LOST.has(error.code);
      if (!isLost || !hasBegun || flags.isOn('once')) throw error;
      stderr.write(`${error.message}: connecting again\n`);
    }
    await sleep(pauseMs);
    pauseMs = Math.min(2 * pauseMs, MAX_PAUSE_MS);
  }
}

function formatChanges({ changes }: WatchResponse): string {
  return linesOf(changes, '');
}

function formatTimed({ changes, committedAt }: WatchResponse): string {
  return committedAt === undefined ? '' : linesOf(changes, `${timestampDate(committedAt).toISOString()} `);
}

function linesOf(changes: WatchResponse['changes'], prefix: string): string {
  return changes
    .map((change) => `${prefix}${SIGNS[actionOf(change)]} ${visible(formatTuple(tupleOf(change)))}\n`)
    .join('');
}

/** As the data of the REST API's events, with their kind. */
function formatLine({ kind, snaptoken, committedAt, changes, isPartial }: WatchResponse): string {
  if (committedAt === undefined) return formatJson({ kind: 'checkpoint', snaptoken });
  const committed_at = timestampDate(committedAt).toISOString();
  if (kind === WatchResponse_Kind.MODEL) return formatJson({ kind: 'model', snaptoken, committed_at });
  const shown = changes.map((change) => ({ action: actionOf(change), relation_tuple: tupleToJson(tupleOf(change)) }));
  return formatJson({ kind: 'tuples', snaptoken, committed_at, changes: shown, is_partial: isPartial });
}

type Change = WatchResponse['changes'][number];

const SIGNS = { insert: '+', delete: '-' };

function actionOf({ action }: Change): 'insert' | 'delete' {
  return action === TupleChange_Action.INSERT ? 'insert' : 'delete';
}

function tupleOf({ tuple }: Change) {
  return tupleFromProto(tuple as NonNullable<typeof tuple>); // every change has one
}
