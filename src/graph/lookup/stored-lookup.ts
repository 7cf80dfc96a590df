import { compileModel } from '../../engine/compile-model.ts';
import type { Interruption } from '../../engine/lookup/candidate-source.ts';
import { ObjectSearch } from '../../engine/lookup/object-search.ts';
import { SearchScope } from '../../engine/lookup/search-scope.ts';
import { SubjectSearch } from '../../engine/lookup/subject-search.ts';
import { nameKey } from '../../engine/lookup/text-key.ts';
import type { EvaluationOptions, ObjectsQuestion, SubjectsQuestion } from '../../engine/permission-engine.ts';
import type { TupleReader } from '../../persistence/tuple-reader.ts';
import type { Subject } from '../../tuple/relation-tuple.ts';
import { subjectKey } from '../subject-key.ts';
import type { LookupFacts } from './lookup-facts.ts';
import { NumberedObjects } from './numbered-objects.ts';
import { OrderedCandidates, type TextPlace } from './ordered-candidates.ts';
import { SharedTurns } from './shared-turns.ts';
import { type Found, StoredCandidates } from './stored-candidates.ts';
import { StoredHolders } from './stored-holders.ts';
import { StoredMembers } from './stored-members.ts';
import { StoredPages } from './stored-pages.ts';
import { isWanted, subjectPartKey } from './subject-place.ts';

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

  async objects(question: ObjectsQuestion, after: TextPlace | undefined): Promise<OrderedCandidates<string>> {
    const found = this.#scope.rules.isUnbounded
      ? await this.#allObjects(question.namespace)
      : await this.#findObjects(question);
    return OrderedCandidates.of(new StoredCandidates(found, nameKey), after, () => this.pause());
  }

  async subjects(question: SubjectsQuestion, after: TextPlace | undefined): Promise<OrderedCandidates<Subject>> {
    const { filter = {} } = question;
    const all = this.#scope.rules.isUnbounded ? await this.#allSubjects() : await this.#findSubjects(question);
    const found = all.filter(({ value }) => isWanted(value, filter));
    return OrderedCandidates.of(new StoredCandidates(found, subjectPartKey), after, () => this.pause());
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

  async #findObjects({ namespace, relation, subject }: ObjectsQuestion): Promise<Found<string>[]> {
    const { symbols } = this.#objects;
    const source = new StoredHolders(this.#objects, subject);
    const names = { namespace: symbols.intern(namespace), relation: symbols.intern(relation) };
    const search = new ObjectSearch({ ...names, scope: this.#scope, source });
    await this.#run(search.run(), source);
    const { found, areMembers } = search;
    return found.map((object, i) => ({ value: this.#objects.name(object), isMember: areMembers[i] === true }));
  }

  async #findSubjects({ set }: SubjectsQuestion): Promise<Found<Subject>[]> {
    const source = new StoredMembers(this.#objects);
    const object = this.#objects.intern(set.namespace, set.object);
    const relation = this.#objects.symbols.intern(set.relation);
    const search = new SubjectSearch({ set: { object, relation }, scope: this.#scope, source });
    await this.#run(search.run(), source);
    const { found, areMembers } = search;
    return found.map((number, i) => ({ value: source.at(number), isMember: areMembers[i] === true }));
  }

  /** The tuples of an object stand together. */
  async #allObjects(namespace: string): Promise<Found<string>[]> {
    const objects: Found<string>[] = [];
    let last: string | undefined;
    for await (const tuples of this.#pages.matching({ namespace })) {
      for (const { object } of tuples) {
        if (object !== last) objects.push({ value: object, isMember: false });
        last = object;
      }
    }
    return objects;
  }

  async #allSubjects(): Promise<Found<Subject>[]> {
    const subjects = new Map<string, Found<Subject>>();
    for await (const tuples of this.#pages.matching({})) {
      for (const { subject } of tuples) subjects.set(subjectKey(subject), { value: subject, isMember: false });
    }
    return [...subjects.values()];
  }
}
