import { compileModel } from '../../engine/compile-model.ts';
import { type CandidateRules, candidateRules } from '../../engine/lookup/candidate-rules.ts';
import type { Interruption } from '../../engine/lookup/candidate-source.ts';
import { ObjectSearch } from '../../engine/lookup/object-search.ts';
import { SubjectSearch } from '../../engine/lookup/subject-search.ts';
import type { EvaluationOptions, ObjectsQuestion, SubjectsQuestion } from '../../engine/permission-engine.ts';
import type { TupleReader } from '../../persistence/tuple-reader.ts';
import type { Subject } from '../../tuple/relation-tuple.ts';
import { subjectKey } from '../subject-key.ts';
import type { LookupFacts } from './lookup-facts.ts';
import { NumberedObjects } from './numbered-objects.ts';
import { SharedTurns } from './shared-turns.ts';
import { StoredHolders } from './stored-holders.ts';
import { StoredMembers } from './stored-members.ts';
import { StoredPages } from './stored-pages.ts';

/** Names that are handed on at once. */
const NAMES = 500;

/** Makes lists from a database that shows one unchanging state. */
export class StoredLookup implements LookupFacts {
  readonly decide: LookupFacts['decide'];
  readonly #pages: StoredPages;
  readonly #turns: SharedTurns;
  readonly #objects: NumberedObjects;
  readonly #rules: CandidateRules;

  constructor(parts: {
    reader: Pick<TupleReader, 'listTuples'>;
    options: Pick<EvaluationOptions, 'model' | 'cancellation'>;
    decide: LookupFacts['decide'];
  }) {
    const { model, cancellation } = parts.options;
    const program = compileModel(model);
    this.decide = parts.decide;
    this.#pages = new StoredPages(parts.reader, cancellation);
    this.#turns = new SharedTurns(cancellation);
    this.#objects = new NumberedObjects(program.symbols);
    this.#rules = candidateRules(program, model);
  }

  async *objects({ namespace, relation, subject }: ObjectsQuestion): AsyncGenerator<readonly string[], void> {
    if (this.#rules.isUnbounded) {
      yield* this.#allObjects(namespace);
      return;
    }
    const { symbols } = this.#objects;
    const source = new StoredHolders(this.#objects, subject);
    const names = { namespace: symbols.intern(namespace), relation: symbols.intern(relation) };
    const search = new ObjectSearch({ ...names, rules: this.#rules, source });
    await this.#run(search.run(), source);
    yield* inParts(search.found, (object) => this.#objects.name(object));
  }

  async *subjects({ set }: SubjectsQuestion): AsyncGenerator<readonly Subject[], void> {
    if (this.#rules.isUnbounded) {
      yield* this.#allSubjects();
      return;
    }
    const source = new StoredMembers(this.#objects);
    const object = this.#objects.intern(set.namespace, set.object);
    const relation = this.#objects.symbols.intern(set.relation);
    const search = new SubjectSearch({ set: { object, relation }, rules: this.#rules, source });
    await this.#run(search.run(), source);
    yield* inParts(search.found, (number) => source.at(number));
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
  async *#allObjects(namespace: string): AsyncGenerator<readonly string[], void> {
    let last: string | undefined;
    for await (const tuples of this.#pages.matching({ namespace })) {
      const objects: string[] = [];
      for (const { object } of tuples) {
        if (object !== last) objects.push(object);
        last = object;
      }
      yield objects;
    }
  }

  async *#allSubjects(): AsyncGenerator<readonly Subject[], void> {
    const seen = new Set<string>();
    for await (const tuples of this.#pages.matching({})) {
      const subjects: Subject[] = [];
      for (const { subject } of tuples) {
        const key = subjectKey(subject);
        if (seen.has(key)) continue;
        seen.add(key);
        subjects.push(subject);
      }
      yield subjects;
    }
  }
}

async function* inParts<T>(numbers: readonly number[], itemOf: (number: number) => T): AsyncGenerator<T[], void> {
  for (let at = 0; at < numbers.length; at += NAMES) yield numbers.slice(at, at + NAMES).map(itemOf);
}
