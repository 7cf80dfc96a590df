import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  TupleChange_Action,
  type WatchRequest,
  type WatchResponse,
  WatchResponse_Kind,
  WatchResponseSchema,
} from '#gen/stheno/v1/watch_service_pb.js';
import { awaitRevision } from '../graph/await-revision.ts';
import type { NamespaceManager } from '../namespace/namespace-manager.ts';
import type { Revision } from '../persistence/revision.ts';
import type { TupleDelta } from '../tuple/relation-tuple.ts';
import type { ChangeReader, ChangeTail } from '../watch/change-tail.ts';
import { type WatchEvent, watchChanges } from '../watch/watch-changes.ts';
import { tupleToProto } from './messages.ts';
import type { Call } from './rpc-service.ts';
import type { Snaptokens } from './snaptokens.ts';

const DEFAULT_HEARTBEAT_MS = 10_000;
const MIN_HEARTBEAT_MS = 100;
/** Below the times after which servers and proxies end a silent connection. */
const MAX_HEARTBEAT_MS = 60_000;

/** WatchService of stheno.v1. */
export class WatchService {
  readonly #tail: Pick<ChangeTail, 'open'>;
  readonly #namespaces: NamespaceManager;
  readonly #snaptokens: Snaptokens;

  constructor(dependencies: { tail: Pick<ChangeTail, 'open'>; namespaces: NamespaceManager; snaptokens: Snaptokens }) {
    this.#tail = dependencies.tail;
    this.#namespaces = dependencies.namespaces;
    this.#snaptokens = dependencies.snaptokens;
  }

  /** Never ends by itself. */
  async *watch(request: WatchRequest, call: Call): AsyncGenerator<WatchResponse, never, undefined> {
    const asked = this.#snaptokens.parse(request.snaptoken);
    if (asked === undefined) this.#requireNamespaces(request.namespaces);
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
