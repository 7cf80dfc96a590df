import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  TupleChange_Action,
  type WatchRequest,
  type WatchResponse,
  WatchResponse_Kind,
  WatchResponseSchema,
} from '#gen/stheno/v1/watch_service_pb.js';
import { SthenoError } from '../errors.ts';
import { awaitRevision } from '../graph/await-revision.ts';
import type { NamespaceManager } from '../namespace/namespace-manager.ts';
import type { Revision } from '../persistence/revision.ts';
import type { TupleDelta } from '../tuple/relation-tuple.ts';
import type { ChangeReader, ChangeTail } from '../watch/change-tail.ts';
import { type WatchEvent, watchChanges } from '../watch/watch-changes.ts';
import { tupleToProto } from './messages.ts';
import type { Call } from './rpc-service.ts';
import type { Snaptokens } from './snaptokens.ts';

/** Why a watch is refused on a server that has as many as it may. */
export const TOO_MANY_WATCHES = 'TOO_MANY_WATCHES';

const DEFAULT_HEARTBEAT_MS = 10_000;
const MIN_HEARTBEAT_MS = 100;
/** Below the times after which servers and proxies end a silent connection. */
const MAX_HEARTBEAT_MS = 60_000;

/** WatchService of stheno.v1. */
export class WatchService {
  readonly #tail: Pick<ChangeTail, 'open' | 'readerCount'>;
  readonly #namespaces: NamespaceManager;
  readonly #snaptokens: Snaptokens;
  readonly #maxWatches: () => number;
  #refusedCount = 0;

  constructor(dependencies: {
    tail: Pick<ChangeTail, 'open' | 'readerCount'>;
    namespaces: NamespaceManager;
    snaptokens: Snaptokens;
    /** How many there may be at once. */
    maxWatches: () => number;
  }) {
    this.#tail = dependencies.tail;
    this.#namespaces = dependencies.namespaces;
    this.#snaptokens = dependencies.snaptokens;
    this.#maxWatches = dependencies.maxWatches;
  }

  /** How many watches were refused because there were too many. */
  get refusedCount(): number {
    return this.#refusedCount;
  }

  /**
   * Never ends by itself.
   * @throws {SthenoError} `resource_exhausted` when there are too many watches already
   */
  async *watch(request: WatchRequest, call: Call): AsyncGenerator<WatchResponse, never, undefined> {
    const asked = this.#snaptokens.parse(request.snaptoken);
    if (asked === undefined) this.#requireNamespaces(request.namespaces);
    this.#requireRoom();
    const reader = this.#tail.open();
    try {
      const after = asked === undefined ? await reader.newest() : await this.#reached(asked, reader, call);
      const namespaces = request.namespaces.length === 0 ? undefined : new Set(request.namespaces);
      const filter = { namespaces, objectPrefix: request.objectPrefix };
      const heartbeatMs = heartbeatOf(request);
      for await (const event of watchChanges(reader, { after, filter, heartbeatMs, signal: call.signal })) {
        yield this.#toProto(event);
      }
      throw new Error('BUG: a watch has ended by itself');
    } finally {
      reader[Symbol.dispose]();
    }
  }

  #requireRoom(): void {
    const maxWatches = this.#maxWatches();
    if (this.#tail.readerCount < maxWatches) return;
    this.#refusedCount++;
    throw new SthenoError('resource_exhausted', {
      message: `this server has ${maxWatches} watches, the most that feed.max_watches allows`,
      info: { reason: TOO_MANY_WATCHES, metadata: { max_watches: String(maxWatches) } },
    });
  }

  #requireNamespaces(names: readonly string[]): void {
    const model = this.#namespaces.current();
    for (const name of names) model.require(name);
  }

  /** Waits a little for a revision that the database does not have yet. */
  async #reached(asked: Revision, reader: ChangeReader, call: Call): Promise<Revision> {
    await awaitRevision(asked, () => reader.newest(), call);
    return asked;
  }

  #toProto(event: WatchEvent): WatchResponse {
    const snaptoken = this.#snaptokens.format(event.revision);
    switch (event.kind) {
      case 'checkpoint':
        return create(WatchResponseSchema, { kind: WatchResponse_Kind.CHECKPOINT, snaptoken });
      case 'model':
        return create(WatchResponseSchema, {
          kind: WatchResponse_Kind.MODEL,
          snaptoken,
          committedAt: timestampFromDate(event.committedAt),
        });
      case 'tuples':
        return create(WatchResponseSchema, {
          kind: WatchResponse_Kind.TUPLES,
          snaptoken,
          committedAt: timestampFromDate(event.committedAt),
          changes: event.deltas.map(changeToProto),
          isPartial: event.isPartial,
        });
    }
  }
}

function heartbeatOf({ heartbeatIntervalMs: asked }: WatchRequest): number {
  return asked < 1 ? DEFAULT_HEARTBEAT_MS : Math.min(Math.max(asked, MIN_HEARTBEAT_MS), MAX_HEARTBEAT_MS);
}

function changeToProto({ action, tuple }: TupleDelta) {
  return {
    action: action === 'insert' ? TupleChange_Action.INSERT : TupleChange_Action.DELETE,
    tuple: tupleToProto(tuple),
  };
}
