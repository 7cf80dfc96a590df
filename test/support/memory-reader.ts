import type { Revision } from '../../src/persistence/revision.ts';
import type { Facts, Frontier, ListOptions, TuplePage, TupleReader } from '../../src/persistence/tuple-reader.ts';
import type { RelationQuery, RelationTuple, Subject, SubjectSet } from '../../src/tuple/relation-tuple.ts';

/** Tuples in memory, each once, in the order of `TupleReader`; it counts the calls it answers. */
export class MemoryReader implements TupleReader {
  readonly #tuples: RelationTuple[];
  readonly #keys: Set<string>;
  readonly #sets: ReadonlyMap<string, SubjectSet[]>;
  /** The revision that the next call sees. */
  revision: Revision = 1;
  calls = 0;

  constructor(tuples: readonly RelationTuple[]) {
    const byKey = new Map(tuples.map((tuple) => [keyOf(tuple), tuple]));
    this.#keys = new Set(byKey.keys());
    this.#tuples = [...byKey.values()].sort(compareTuples);
    this.#sets = groupSubjectSets(this.#tuples);
  }

  async readRevision(): Promise<Revision> {
    return this.revision;
  }

  async readFacts({ tuples, sets }: Frontier): Promise<Facts> {
    this.calls++;
    return {
      revision: this.revision,
      stored: tuples.map((tuple) => this.#keys.has(keyOf(tuple))),
      subjectSets: sets.map((set) => this.#sets.get(setKey(set)) ?? []),
    };
  }

  async listTuples(query: RelationQuery, options: ListOptions): Promise<TuplePage> {
    const { limit, after, subjectKind, subjectObject } = options;
    this.calls++;
    const matching = this.#tuples.filter(
      (tuple) =>
        matches(tuple, query) &&
        (subjectObject === undefined || isSetOf(tuple.subject, subjectObject)) &&
        (subjectKind === undefined || tuple.subject.kind === subjectKind) &&
        (after === undefined || compareParts(parts(tuple), after) > 0),
    );
    const last = matching[limit - 1];
    const next = matching.length > limit && last !== undefined ? parts(last) : undefined;
    return { revision: this.revision, tuples: matching.slice(0, limit), next };
  }

  async readSnapshot<T>(read: (reader: TupleReader) => Promise<T>): Promise<T> {
    const snapshot = new MemoryReader(this.#tuples);
    snapshot.revision = this.revision;
    const result = await read(snapshot);
    this.calls += snapshot.calls;
    return result;
  }
}

function groupSubjectSets(tuples: readonly RelationTuple[]): Map<string, SubjectSet[]> {
  const sets = new Map<string, SubjectSet[]>();
  for (const tuple of tuples) {
    if (tuple.subject.kind !== 'set') continue;
    const members = sets.get(setKey(tuple));
    if (members === undefined) sets.set(setKey(tuple), [tuple.subject]);
    else members.push(tuple.subject);
  }
  return sets;
}

function matches(tuple: RelationTuple, { namespace, object, relation, subject }: RelationQuery): boolean {
  return (
    (namespace === undefined || namespace === tuple.namespace) &&
    (object === undefined || object === tuple.object) &&
    (relation === undefined || relation === tuple.relation) &&
    (subject === undefined || JSON.stringify(subjectParts(subject)) === JSON.stringify(subjectParts(tuple.subject)))
  );
}

function isSetOf(subject: Subject, { namespace, object }: { namespace: string; object: string }): boolean {
  return subject.kind === 'set' && subject.namespace === namespace && subject.object === object;
}

function setKey({ namespace, object, relation }: SubjectSet): string {
  return JSON.stringify([namespace, object, relation]);
}

function keyOf(tuple: RelationTuple): string {
  return JSON.stringify(parts(tuple));
}

function parts({ namespace, object, relation, subject }: RelationTuple): string[] {
  return [namespace, object, relation, ...subjectParts(subject)];
}

function subjectParts(subject: Subject): string[] {
  return subject.kind === 'id' ? ['', subject.id, ''] : [subject.namespace, subject.object, subject.relation];
}

function compareTuples(a: RelationTuple, b: RelationTuple): number {
  return compareParts(parts(a), parts(b));
}

function compareParts(left: readonly string[], right: readonly string[]): number {
  for (const [i, part] of left.entries()) {
    const order = Buffer.compare(Buffer.from(part), Buffer.from(right[i] ?? ''));
    if (order !== 0) return order;
  }
  return 0;
}
