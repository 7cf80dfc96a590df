import { timestampDate } from '@bufbuild/protobuf/wkt';
import {
  TupleChange_Action,
  type WatchResponse,
  WatchResponse_Kind,
  WatchService,
} from '#gen/stheno/v1/watch_service_pb.js';
import { tupleFromProto } from '../service/messages.ts';
import type { RelationTuple } from '../tuple/relation-tuple.ts';
import type { Caller } from './caller.ts';
import type { CallOptions } from './client-options.ts';
import { integerOption } from './integer-option.ts';
import { pause } from './pause.ts';
import { RequestError } from './request-error.ts';
import { retryDelayMs } from './retry-policy.ts';

/** What may be said of a watch. Its `retry` counts attempts since the last event, without end by default. */
export interface WatchOptions extends Pick<CallOptions, 'signal' | 'headers' | 'retry'> {
  /** Commits after this one are told. Without it: those after the start. */
  readonly snaptoken?: string | undefined;
  /** Only tuples of these namespaces. Default: of all. */
  readonly namespaces?: readonly string[] | undefined;
  /** Only tuples whose object begins with this. */
  readonly objectPrefix?: string | undefined;
  /** After so many milliseconds without an event comes a checkpoint. Default 10000; at least 100, at most 60000. */
  readonly heartbeatMs?: number | undefined;
}

/** What a watch tells. */
export type WatchEvent = TuplesEvent | ModelEvent | CheckpointEvent;

/** What one commit changed, or a part of it. */
export interface TuplesEvent {
  readonly kind: 'tuples';
  /** To go on behind this event; behind a part, at the beginning of its commit. */
  readonly snaptoken: string;
  /** By the clock of the database. */
  readonly committedAt: Date;
  readonly changes: readonly TupleChange[];
  /** Whether more of the same commit follows. When the connection breaks in between, all of it is told anew. */
  readonly isPartial: boolean;
}

/** A version of the model was written. */
export interface ModelEvent {
  readonly kind: 'model';
  readonly snaptoken: string;
  /** By the clock of the database. */
  readonly committedAt: Date;
}

/** Everything up to the snaptoken was told. */
export interface CheckpointEvent {
  readonly kind: 'checkpoint';
  readonly snaptoken: string;
}

/** What became of a tuple. */
export interface TupleChange {
  readonly action: 'insert' | 'delete';
  readonly tuple: RelationTuple;
}

const DEFAULT_HEARTBEAT_MS = 10_000;
const MAX_HEARTBEAT_MS = 60_000;
/** Silence beyond the heartbeat: the connection is as good as lost. */
const MAX_DELAY_MS = 15_000;

/** Goes on from its last event when the connection breaks. @throws {RequestError} */
export async function* watch(caller: Caller, options: WatchOptions): AsyncGenerator<WatchEvent, never, undefined> {
  const { signal } = options;
  let snaptoken = options.snaptoken ?? '';
  let hasBegun = false;
  let failures = 0;
  for (;;) {
    try {
      for await (const response of attempt(caller, options, snaptoken)) {
        snaptoken = caller.remember(response.snaptoken);
        hasBegun = true;
        failures = 0;
        yield toEvent(response);
      }
      throw new RequestError({ code: 'unavailable', message: 'the server has ended the watch', attempts: 1 });
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      const retry = { ...caller.options.retry, ...options.retry };
      const maxAttempts = retry.maxAttempts ?? (hasBegun ? Number.POSITIVE_INFINITY : undefined);
      const delayMs = retryDelayMs({ ...retry, maxAttempts }, { code: error.code, attempts: ++failures });
      if (delayMs === undefined || signal?.aborted) throw error;
      await pause(delayMs, signal);
    }
  }
}

/** One call, given up when nothing comes although a checkpoint should. */
async function* attempt(
  caller: Caller,
  options: WatchOptions,
  snaptoken: string,
): AsyncGenerator<WatchResponse, void, undefined> {
  const { namespaces = [], objectPrefix = '', heartbeatMs, headers, signal } = options;
  const call = new AbortController();
  const abort = (): void => call.abort();
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort);
  const responses = caller.stream(WatchService.method.watch, {
    port: 'read',
    message: {
      snaptoken,
      namespaces: [...namespaces],
      objectPrefix,
      heartbeatIntervalMs: integerOption('heartbeatMs', heartbeatMs),
    },
    options: { headers, signal: call.signal },
  });
  const maxSilenceMs = Math.min(heartbeatMs ?? DEFAULT_HEARTBEAT_MS, MAX_HEARTBEAT_MS) + MAX_DELAY_MS;
  try {
    for (;;) {
      // Only while it is waited for: a reader who takes his time has heard nothing either.
      const timer = setTimeout(abort, maxSilenceMs);
      const next = await responses.next().finally(() => clearTimeout(timer));
      if (next.done === true) return;
      yield next.value;
    }
  } catch (error) {
    if (!call.signal.aborted || signal?.aborted) throw error;
    throw new RequestError({ code: 'unavailable', message: 'the watch fell silent', attempts: 1, cause: error });
  } finally {
    signal?.removeEventListener('abort', abort);
    abort();
  }
}

function toEvent({ kind, snaptoken, committedAt, changes, isPartial }: WatchResponse): WatchEvent {
  if (committedAt === undefined) return { kind: 'checkpoint', snaptoken };
  if (kind === WatchResponse_Kind.MODEL) return { kind: 'model', snaptoken, committedAt: timestampDate(committedAt) };
  return {
    kind: 'tuples',
    snaptoken,
    committedAt: timestampDate(committedAt),
    changes: changes.map(({ action, tuple }) => ({
      action: action === TupleChange_Action.INSERT ? 'insert' : 'delete',
      tuple: tupleFromProto(tuple as NonNullable<typeof tuple>), // every change has one
    })),
    isPartial,
  };
}
