import { setImmediate } from 'node:timers/promises';
import { SthenoError } from '../errors.ts';
import type { Change } from '../persistence/change-feed.ts';
import type { Revision } from '../persistence/revision.ts';
import type { TupleDelta } from '../tuple/relation-tuple.ts';
import { type ChangeFilter, matchesFilter } from './change-filter.ts';
import type { ChangeReader } from './change-tail.ts';

/** What somebody who watches is told. */
export type WatchEvent =
  | {
      readonly kind: 'tuples';
      /** Watching from here goes on behind this event; behind a partial one, at the beginning of its commit. */
      readonly revision: Revision;
      readonly committedAt: Date;
      readonly deltas: readonly TupleDelta[];
      /** Whether more of the same commit follows. */
      readonly isPartial: boolean;
    }
  /** There is a version of the model. */
  | { readonly kind: 'model'; readonly revision: Revision; readonly committedAt: Date }
  /** Everything up to the revision was told. */
  | { readonly kind: 'checkpoint'; readonly revision: Revision };

export interface WatchOptions {
  /** Where to begin; `reader.newest` has reached it. */
  readonly after: Revision;
  readonly filter: ChangeFilter;
  /** After so much time without an event comes a checkpoint. */
  readonly heartbeatMs: number;
  readonly signal: AbortSignal;
}

/** Bounds of one event: messages of some hundred kilobytes at most, but for tuples that are longer themselves. */
const MAX_EVENT_DELTAS = 1000;
const MAX_EVENT_LENGTH = 200_000;
/** After this much work others get their turn. */
const MAX_TURN_MS = 4;
/** How many deltas are looked at between two looks at the clock. */
const DELTAS_PER_LOOK = 256;

/**
 * Tells of every commit after a revision, in order and without gaps: first a checkpoint, then what the filter lets
 * through. It never ends by itself.
 * @throws {SthenoError} `out_of_range` when the log does not reach back so far; the signal's reason
 */
export async function* watchChanges(
  reader: ChangeReader,
  { after, filter, heartbeatMs, signal }: WatchOptions,
): AsyncGenerator<WatchEvent, never, undefined> {
  let position = after;
  let changes = await reader.next(position, { timeoutMs: 0, signal });
  if (changes === undefined) throw tooOld();
  yield { kind: 'checkpoint', revision: position };
  let toldAtMs = performance.now();
  for (;;) {
    for (const change of changes) {
      for await (const event of eventsOf(change, filter)) {
        signal.throwIfAborted();
        yield event;
        toldAtMs = performance.now();
      }
      position = change.revision;
    }
    signal.throwIfAborted();
    if (performance.now() - toldAtMs >= heartbeatMs) {
      yield { kind: 'checkpoint', revision: position };
      toldAtMs = performance.now();
    }
    const timeoutMs = Math.max(1, toldAtMs + heartbeatMs - performance.now());
    const next = await reader.next(position, { timeoutMs, signal });
    if (next === undefined) throw tooSlow();
    changes = next;
  }
}

/** A commit in pieces of bounded size; none when the filter leaves nothing of it, or it was about other things. */
async function* eventsOf(
  { kind, revision, committedAt, deltas }: Change,
  filter: ChangeFilter,
): AsyncGenerator<WatchEvent, void, undefined> {
  if (kind === 'model') yield { kind, revision, committedAt };
  let piece: TupleDelta[] = [];
  let length = 0;
  let turnEndsMs = performance.now() + MAX_TURN_MS;
  for (const [index, delta] of deltas.entries()) {
    if (index % DELTAS_PER_LOOK === DELTAS_PER_LOOK - 1 && performance.now() > turnEndsMs) {
      await setImmediate();
      turnEndsMs = performance.now() + MAX_TURN_MS;
    }
    if (!matchesFilter(filter, delta.tuple)) continue;
    const added = lengthOf(delta);
    if (piece.length === MAX_EVENT_DELTAS || (piece.length > 0 && length + added > MAX_EVENT_LENGTH)) {
      yield { kind: 'tuples', revision: revision - 1, committedAt, deltas: piece, isPartial: true };
      piece = [];
      length = 0;
    }
    piece.push(delta);
    length += added;
  }
  if (piece.length > 0) yield { kind: 'tuples', revision, committedAt, deltas: piece, isPartial: false };
}

function lengthOf({ tuple: { namespace, object, relation, subject } }: TupleDelta): number {
  const length = namespace.length + object.length + relation.length;
  if (subject.kind === 'id') return length + subject.id.length;
  return length + subject.namespace.length + subject.object.length + subject.relation.length;
}

function tooOld(): SthenoError {
  return new SthenoError('out_of_range', {
    message: 'the change log does not reach back to the snaptoken: read the store anew and watch from its snaptoken',
    info: { reason: 'SNAPTOKEN_TOO_OLD', metadata: {} },
  });
}

function tooSlow(): SthenoError {
  return new SthenoError('out_of_range', {
    message: 'the reader is too slow for the change log: read the store anew and watch from its snaptoken',
    info: { reason: 'READER_TOO_SLOW', metadata: {} },
  });
}
