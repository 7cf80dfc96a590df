import { compileModel } from '../../engine/compile-model.ts';
import type { Interruption } from '../../engine/lookup/candidate-source.ts';
import { ObjectSearch } from '../../engine/lookup/object-search.ts';
import { SearchScope } from '../../engine/lookup/search-scope.ts';
import { SubjectSearch } from '../../engine/lookup/subject-search.ts';
import type { EvaluationOptions, ObjectsQuestion, SubjectsQuestion } from '../../engine/permission-engine.ts';
import type { TupleReader } from '../../persistence/tuple-reader.ts';
import type { Subject } from '../../tuple/relation-tuple.ts';
import { subjectKey } from '../subject-key.ts';
import { inParts } from './in-parts.ts';
import type { Found, LookupFacts } from './lookup-facts.ts';
import { NumberedObjects } from './numbered-objects.ts';
import { SharedTurns } from './shared-turns.ts';
import { StoredHolders } from './stored-holders.ts';
import { StoredMembers } from './stored-members.ts';
import { StoredPages } from './stored-pages.ts';

/** Makes lists from a database that shows one unchanging state. */
export class StoredLookup implements LookupFacts {
  readonly decide: LookupFacts['decide'];
  readonly #pages: StoredPages;
  readonly #turns: SharedTurns;
  readonly #objects: NumberedObjects;
  readonly #scope: SearchScope;

  constructor(parts: {
    reader: Pick<TupleReader, 'listTuples'>;
    options: EvaluationOptions;
    decide: LookupFacts['decide'];
  }) {
    const { model, strict, maxDepth, cancellation } = parts.options;
    const program = compileModel(model);
    this.decide = parts.decide;
    this.#turns = new SharedTurns(cancellation);
    this.#pages = new StoredPages({ reader: parts.reader, cancellation, turns: this.#turns });
    this.#objects = new NumberedObjects(program.symbols);
    this.#scope = new SearchScope({ program, model, isStrict: strict, maxDepth });
  }

  async *objects({ namespace, relation, subject }: ObjectsQuestion): AsyncGenerator<readonly Found<string>[], void> {
    if (this.#scope.rules.isUnbounded) {
      yield* this.#allObjects(namespace);
      return;
    }
    const { symbols } = this.#objects;
    const source = new StoredHolders(this.#objects, subject);
    const names = { namespace: symbols.intern(namespace), relation: symbols.intern(relation) };
    const search = new ObjectSearch({ ...names, scope: this.#scope, source });
    await this.#run(search.run(), source);
    yield* inParts(search, (object) => this.#objects.name(object));
  }

  async *subjects({ set }: SubjectsQuestion): AsyncGenerator<readonly Found<Subject>[], void> {
    if (this.#scope.rules.isUnbounded) {
      yield* this.#allSubjects();
      return;
    }
    const source = new StoredMembers(this.#objects);
    const object = this.#objects.intern(set.namespace, set.object);
    const relation = this.#objects.symbols.intern(set.relation);
    const search = new SubjectSearch({ set: { object, relation }, scope: this.#scope, source });
    await this.#run(search.run(), source);
    yield* inParts(search, (number) => source.at(number));
  }

  pause(): Promise<void> | undefined {
    return this.#turns.pause();
  }

  async #run(
    search: Generator<Interruption, void>,
    source: { load(pages: StoredPages): Promise<void> },
  ): Promise<void> {
    for (let next = search.next(); next.done !== true; next = search.next()) {
      if (next.value === 'unloaded') await source.load(this.#pages);
      else await this.#turns.pause();
    }
  }

  /** The tuples of an object stand together. */
  async *#allObjects(namespace: string): AsyncGenerator<readonly Found<string>[], void> {
    let last: string | undefined;
    for await (const tuples of this.#pages.matching({ namespace })) {
      const objects: Found<string>[] = [];
      for (const { object } of tuples) {
        if (object !== last) objects.push({ value: object, isMember: false });
        last = object;
      }
      yield objects;
    }
  }

  async *#allSubjects(): AsyncGenerator<readonly Found<Subject>[], void> {
    const seen = new Set<string>();
    for await (const tuples of this.#pages.matching({})) {
      const subjects: Found<Subject>[] = [];
      for (const { subject } of tuples) {
        const key = subjectKey(subject);
        if (seen.has(key)) continue;
        seen.add(key);
        subjects.push({ value: subject, isMember: false });
      }
      yield subjects;
    }
  }
}
