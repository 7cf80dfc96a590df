import type { SpanAttributes, Tracing } from '../observability/tracing.ts';
import type { Persister } from '../persistence/persister.ts';
import type { TupleReader } from '../persistence/tuple-reader.ts';
import type { TupleWriter, WriteResult } from '../persistence/tuple-writer.ts';
import type { TupleDelta } from '../tuple/relation-tuple.ts';

/**
 * A persister whose queries are spans, and its writes events of the requests that asked for them (contract:
 * configuration §6). What spans say of tuples is how many they are, never which. A query that several requests share
 * belongs to one of them.
 */
export function tracePersister(persister: Persister, system: string, tracing: Tracing): Persister {
  const common = { 'db.system.name': system };
  return {
    networkId: persister.networkId,
    ...traceReader(persister, common, tracing),
    readSnapshot: (read, options) =>
      tracing.step('readSnapshot', common, () =>
        persister.readSnapshot((reader) => read(traceReader(reader, common, tracing)), options),
      ),
    ...traceWriter(persister, common, tracing),
    countTuples: (query, options) => tracing.step('countTuples', common, () => persister.countTuples(query, options)),
    // Its pages are read when the client takes them: spans of their own would outlive the request's.
    exportTuples: (query, options) => persister.exportTuples(query, options),
    // What follows the changes does so for nobody in particular.
    isExclusive: persister.isExclusive,
    soleNewest: () => persister.soleNewest(),
    readChanges: (after, options) => persister.readChanges(after, options),
    onCommitted: (listener) => persister.onCommitted(listener),
    onHint: (listener) => persister.onHint(listener),
    trimChanges: (options) => persister.trimChanges(options),
    scanTuples: (options) => persister.scanTuples(options),
    ping: (options) => persister.ping(options),
    [Symbol.asyncDispose]: () => persister[Symbol.asyncDispose](),
  };
}

function traceWriter(writer: TupleWriter, common: SpanAttributes, tracing: Tracing): TupleWriter {
  const wrote = (event: string, { changes }: WriteResult): void =>
    tracing.event(event, { 'stheno.changes': changes.length });
  return {
    async writeTuples(deltas, options) {
      const attributes = { ...common, 'stheno.deltas': deltas.length };
      const result = await tracing.step('writeTuples', attributes, () => writer.writeTuples(deltas, options));
      wrote(eventOf(deltas), result);
      return result;
    },
    async deleteTuples(query, options) {
      const result = await tracing.step('deleteTuples', common, () => writer.deleteTuples(query, options));
      wrote('RelationtuplesDeleted', result);
      return result;
    },
    async writeGuarded(write, options) {
      const attributes = { ...common, 'stheno.deltas': write.deltas.length };
      const result = await tracing.step('writeGuarded', attributes, () => writer.writeGuarded(write, options));
      tracing.event(eventOf(write.deltas), { 'stheno.changes': result.effective.length });
      return result;
    },
    async deleteSome(query, options) {
      const attributes = { ...common, 'stheno.limit': options.limit };
      const result = await tracing.step('deleteSome', attributes, () => writer.deleteSome(query, options));
      wrote('RelationtuplesDeleted', result);
      return result;
    },
  };
}

function traceReader(reader: TupleReader, common: SpanAttributes, tracing: Tracing): TupleReader {
  return {
    readRevision: (options) => tracing.step('readRevision', common, () => reader.readRevision(options)),
    readFacts: (frontier, options) => {
      const asked = { 'stheno.tuples': frontier.tuples.length, 'stheno.sets': frontier.sets.length };
      return tracing.step('readFacts', { ...common, ...asked }, () => reader.readFacts(frontier, options));
    },
    listTuples: (query, options) => {
      const attributes = { ...common, 'stheno.limit': options.limit };
      return tracing.step('listTuples', attributes, () => reader.listTuples(query, options));
    },
  };
}

function eventOf(deltas: readonly TupleDelta[]): string {
  const actions = new Set(deltas.map(({ action }) => action));
  if (actions.size !== 1) return 'RelationtuplesChanged';
  return actions.has('insert') ? 'RelationtuplesCreated' : 'RelationtuplesDeleted';
}
