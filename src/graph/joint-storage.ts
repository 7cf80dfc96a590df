import type { Revision } from '../persistence/revision.ts';
import type { Facts, Frontier, ListOptions, TuplePage, TupleReader } from '../persistence/tuple-reader.ts';
import type { RelationQuery, RelationTuple, SubjectSet } from '../tuple/relation-tuple.ts';
import type { FollowedState } from './followed-state.ts';
import type { ResidentGraph } from './resident/resident-graph.ts';
import type { EngineStorage } from './sql-permission-engine.ts';
import { subjectSetsOf } from './subject-sets-of.ts';

/**
 * A storage of which the graph has a part: of each level the database is asked only for the namespaces that the
 * graph does not have. Both show the same revision, or the database answers the whole level.
 */
export class JointStorage implements EngineStorage {
  readonly #state: FollowedState;
  readonly #storage: EngineStorage;
  readonly #isAbsent: (namespace: string) => boolean;

  constructor(parts: { state: FollowedState; storage: EngineStorage; isAbsent: (namespace: string) => boolean }) {
    this.#state = parts.state;
    this.#storage = parts.storage;
    this.#isAbsent = parts.isAbsent;
  }

  async readFacts(frontier: Frontier, options?: { signal?: AbortSignal | undefined }): Promise<Facts> {
    const tuples = frontier.tuples.filter(({ namespace }) => this.#isAbsent(namespace));
    const sets = frontier.sets.filter(({ namespace }) => this.#isAbsent(namespace));
    if (tuples.length === 0 && sets.length === 0 && this.#state.graph !== undefined) {
      return this.#join(frontier, this.#state.graph, { revision: this.#state.revision, stored: [], subjectSets: [] });
    }
    const facts = await this.#storage.readFacts({ tuples, sets }, options);
    if (this.#state.graph !== undefined && this.#state.revision < facts.revision) {
      await this.#state.awaitRevision(facts.revision);
    }
    const { graph, revision } = this.#state;
    if (graph === undefined || revision !== facts.revision) return this.#storage.readFacts(frontier, options);
    return this.#join(frontier, graph, facts);
  }

  listTuples(query: RelationQuery, options: ListOptions): Promise<TuplePage> {
    return this.#storage.listTuples(query, options);
  }

  readRevision(options?: { signal?: AbortSignal | undefined }): Promise<Revision> {
    return this.#storage.readRevision(options);
  }

  readSnapshot<T>(
    read: (reader: TupleReader) => Promise<T>,
    options?: { signal?: AbortSignal | undefined },
  ): Promise<T> {
    return this.#storage.readSnapshot(read, options);
  }

  /** A frontier's facts: those of absent namespaces in their order, all others from the graph. */
  #join({ tuples, sets }: Frontier, graph: ResidentGraph, read: Facts): Facts {
    const stored = read.stored.values();
    const subjectSets = read.subjectSets.values();
    const isStored = (tuple: RelationTuple): boolean =>
      this.#isAbsent(tuple.namespace) ? stored.next().value === true : graph.has(tuple);
    const membersOf = (set: SubjectSet): readonly SubjectSet[] =>
      this.#isAbsent(set.namespace) ? (subjectSets.next().value ?? []) : subjectSetsOf(graph, set);
    return { revision: read.revision, stored: tuples.map(isStored), subjectSets: sets.map(membersOf) };
  }
}
