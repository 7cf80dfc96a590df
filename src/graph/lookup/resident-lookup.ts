import { compileModel } from '../../engine/compile-model.ts';
import { type Interruption, SLICE_STEPS } from '../../engine/lookup/candidate-source.ts';
import { ObjectSearch } from '../../engine/lookup/object-search.ts';
import { SearchScope } from '../../engine/lookup/search-scope.ts';
import { SubjectSearch } from '../../engine/lookup/subject-search.ts';
import type {
  CheckAnswer,
  EvaluationOptions,
  ObjectsQuestion,
  SubjectsQuestion,
} from '../../engine/permission-engine.ts';
import type { RelationTuple, Subject } from '../../tuple/relation-tuple.ts';
import { NONE } from '../resident/none.ts';
import type { ResidentGraph } from '../resident/resident-graph.ts';
import { ResidentCheck } from '../resident-check.ts';
import type { AbsentNamespaces } from '../resident-facts.ts';
import { GraphMoved, type GraphTurns } from './graph-turns.ts';
import { inParts } from './in-parts.ts';
import type { Found, LookupFacts } from './lookup-facts.ts';
import { ResidentHolders } from './resident-holders.ts';
import { ResidentMembers } from './resident-members.ts';

/** Makes lists from a graph that has all namespaces. */
export class ResidentLookup implements LookupFacts {
  readonly #turns: GraphTurns;
  readonly #graph: ResidentGraph;
  readonly #options: EvaluationOptions;
  readonly #maxSteps: number;
  readonly #scope: SearchScope;

  constructor({ turns, options, maxSteps }: { turns: GraphTurns; options: EvaluationOptions; maxSteps: number }) {
    this.#turns = turns;
    this.#graph = turns.graph;
    this.#options = options;
    this.#maxSteps = maxSteps;
    const program = compileModel(options.model, turns.graph.names);
    this.#scope = new SearchScope({ ...options, program, isStrict: options.strict });
  }

  async *objects({ namespace, relation, subject }: ObjectsQuestion): AsyncGenerator<readonly Found<string>[], void> {
    const graph = this.#graph;
    const names = { namespace: graph.findName(namespace), relation: graph.findName(relation) };
    if (names.namespace === NONE) return;
    if (this.#scope.rules.isUnbounded) {
      const isListed = (object: number): boolean => graph.hasTuples(object, names.namespace);
      yield* this.#all(graph.objectEnd, isListed, (object) => graph.objectName(object));
      return;
    }
    const source = new ResidentHolders(graph, graph.findSubject(subject));
    const search = new ObjectSearch({ ...names, scope: this.#scope, source });
    await this.#run(search.run());
    yield* inParts(search, (object) => graph.objectName(object));
  }

  async *subjects({ set }: SubjectsQuestion): AsyncGenerator<readonly Found<Subject>[], void> {
    const graph = this.#graph;
    if (this.#scope.rules.isUnbounded) {
      yield* this.#all(
        graph.vertexEnd,
        (vertex) => graph.isSubject(vertex),
        (vertex) => graph.subject(vertex),
      );
      return;
    }
    const object = graph.findObject(graph.findName(set.namespace), set.object);
    const relation = graph.findName(set.relation);
    if (object === NONE || relation === NONE) return;
    const search = new SubjectSearch({
      set: { object, relation },
      scope: this.#scope,
      source: new ResidentMembers(graph),
    });
    await this.#run(search.run());
    yield* inParts(search, (vertex) => graph.subject(vertex));
  }

  async decide(questions: readonly RelationTuple[]): Promise<readonly CheckAnswer[]> {
    const check = new ResidentCheck({
      graph: this.#graph,
      absent: NOTHING_ABSENT,
      questions,
      options: this.#options,
      maxSteps: this.#maxSteps,
    });
    for (let turn = check.advance(); turn !== 'answered'; turn = check.advance()) {
      if (turn === 'unloaded') throw new GraphMoved();
      await this.#turns.pause();
    }
    await this.#turns.pause();
    return check.answers;
  }

  pause(): Promise<void> | undefined {
    return this.#turns.pause();
  }

  async #run(search: Generator<Interruption, void>): Promise<void> {
    while (search.next().done !== true) await this.#turns.pause();
  }

  /** What is behind the numbers below `end` that `has` says yes to. */
  async *#all<T>(
    end: number,
    has: (number: number) => boolean,
    itemOf: (number: number) => T,
  ): AsyncGenerator<Found<T>[], void> {
    for (let start = 0; start < end; start += SLICE_STEPS) {
      const found: Found<T>[] = [];
      for (let number = start; number < Math.min(end, start + SLICE_STEPS); number++) {
        if (has(number)) found.push({ value: itemOf(number), isMember: false });
      }
      yield found;
      await this.#turns.pause();
    }
  }
}

const NOTHING_ABSENT: AbsentNamespaces = new Set<number>();
