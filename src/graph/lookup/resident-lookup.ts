import { compileModel } from '../../engine/compile-model.ts';
import { type Interruption, SLICE_STEPS } from '../../engine/lookup/candidate-source.ts';
import { ObjectSearch } from '../../engine/lookup/object-search.ts';
import { SearchScope } from '../../engine/lookup/search-scope.ts';
import { SubjectSearch } from '../../engine/lookup/subject-search.ts';
import type {
  CheckAnswer,
  EvaluationOptions,
  ObjectsQuestion,
  SubjectFilter,
  SubjectsQuestion,
} from '../../engine/permission-engine.ts';
import type { RelationTuple, Subject } from '../../tuple/relation-tuple.ts';
import { NONE } from '../resident/none.ts';
import type { ResidentGraph } from '../resident/resident-graph.ts';
import { ResidentCheck } from '../resident-check.ts';
import type { AbsentNamespaces } from '../resident-facts.ts';
import { subjectKey } from '../subject-key.ts';
import type { Candidates } from './candidates.ts';
import { GraphMoved, type GraphTurns } from './graph-turns.ts';
import type { LookupFacts } from './lookup-facts.ts';
import { OrderedCandidates, type TextPlace } from './ordered-candidates.ts';
import type { RecentCandidates } from './recent-candidates.ts';
import { type FoundNumbers, foundNumbers, ObjectCandidates, SubjectCandidates } from './resident-candidates.ts';
import { ResidentHolders } from './resident-holders.ts';
import { ResidentMembers } from './resident-members.ts';

/** Makes lists from a graph that has all namespaces. */
export class ResidentLookup implements LookupFacts {
  readonly #turns: GraphTurns;
  readonly #graph: ResidentGraph;
  readonly #options: EvaluationOptions;
  readonly #maxSteps: number;
  readonly #recent: RecentCandidates;
  readonly #scope: SearchScope;

  constructor(parts: {
    turns: GraphTurns;
    options: EvaluationOptions;
    maxSteps: number;
    recent: RecentCandidates;
  }) {
    const { turns, options } = parts;
    this.#turns = turns;
    this.#graph = turns.graph;
    this.#options = options;
    this.#maxSteps = parts.maxSteps;
    this.#recent = parts.recent;
    const program = compileModel(options.model, turns.graph.names);
    this.#scope = new SearchScope({ ...options, program, isStrict: options.strict });
  }

  objects(question: ObjectsQuestion, after: TextPlace | undefined): Promise<OrderedCandidates<string>> {
    const { namespace, relation, subject } = question;
    const asked = JSON.stringify(['objects', namespace, relation, subjectKey(subject)]);
    const find = async (): Promise<ObjectCandidates> =>
      new ObjectCandidates(this.#graph, await this.#findObjects(question));
    return this.#ordered(asked, after, find);
  }

  subjects(question: SubjectsQuestion, after: TextPlace | undefined): Promise<OrderedCandidates<Subject>> {
    const { set, filter = {} } = question;
    const { kind = null, namespace = null, relation = null } = filter;
    const asked = JSON.stringify(['subjects', set.namespace, set.object, set.relation, kind, namespace, relation]);
    const find = async (): Promise<SubjectCandidates> =>
      new SubjectCandidates(this.#graph, await this.#findSubjects(question));
    return this.#ordered(asked, after, find);
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

  async #ordered<T>(
    question: string,
    after: TextPlace | undefined,
    find: () => Promise<Candidates<T>>,
  ): Promise<OrderedCandidates<T>> {
    const asked = { graph: this.#graph, revision: this.#turns.revision, options: this.#options, question };
    const recent = this.#recent.find(asked, after);
    if (recent !== undefined) return recent as OrderedCandidates<T>; // the question tells the type
    const ordered = await OrderedCandidates.of(await find(), after, () => this.#turns.pause());
    this.#recent.add(asked, ordered);
    return ordered;
  }

  async #findObjects({ namespace, relation, subject }: ObjectsQuestion): Promise<FoundNumbers> {
    const graph = this.#graph;
    const names = { namespace: graph.findName(namespace), relation: graph.findName(relation) };
    if (names.namespace === NONE) return foundNumbers([], []);
    if (this.#scope.rules.isUnbounded) {
      return this.#all(graph.objectEnd, (object) => graph.hasTuples(object, names.namespace));
    }
    const source = new ResidentHolders(graph, graph.findSubject(subject));
    const search = new ObjectSearch({ ...names, scope: this.#scope, source });
    await this.#run(search.run());
    return foundNumbers(search.found, search.areMembers);
  }

  async #findSubjects({ set, filter = {} }: SubjectsQuestion): Promise<FoundNumbers> {
    const graph = this.#graph;
    const isListed = wantedVertices(graph, filter);
    if (this.#scope.rules.isUnbounded) {
      return this.#all(graph.vertexEnd, (vertex) => graph.isSubject(vertex) && isListed(vertex));
    }
    const object = graph.findObject(graph.findName(set.namespace), set.object);
    const relation = graph.findName(set.relation);
    if (object === NONE || relation === NONE) return foundNumbers([], []);
    const source = new ResidentMembers(graph);
    const search = new SubjectSearch({ set: { object, relation }, scope: this.#scope, source });
    await this.#run(search.run());
    const areMembers = search.areMembers.filter((_, i) => isListed(search.found[i] as number)); // as many
    return foundNumbers(search.found.filter(isListed), areMembers);
  }

  async #run(search: Generator<Interruption, void>): Promise<void> {
    while (search.next().done !== true) await this.#turns.pause();
  }

  /** The numbers below `end` that `has` says yes to, of none of which more is known. */
  async #all(end: number, has: (number: number) => boolean): Promise<FoundNumbers> {
    const found: number[] = [];
    for (let start = 0; start < end; start += SLICE_STEPS) {
      for (let number = start; number < Math.min(end, start + SLICE_STEPS); number++) {
        if (has(number)) found.push(number);
      }
      await this.#turns.pause();
    }
    return foundNumbers(found, []);
  }
}

/** Which subjects a filter lets through. */
function wantedVertices(
  graph: ResidentGraph,
  { kind, namespace, relation }: SubjectFilter,
): (vertex: number) => boolean {
  const isOfSets = namespace !== undefined || relation !== undefined || kind === 'set';
  const names = {
    namespace: namespace === undefined ? undefined : graph.findName(namespace),
    relation: relation === undefined ? undefined : graph.findName(relation),
  };
  return (vertex) => {
    if (!graph.isSet(vertex)) return !isOfSets;
    if (kind === 'id' || (names.relation ?? graph.relationOf(vertex)) !== graph.relationOf(vertex)) return false;
    return names.namespace === undefined || names.namespace === graph.namespaceOf(graph.objectOf(vertex));
  };
}

const NOTHING_ABSENT: AbsentNamespaces = new Set<number>();
