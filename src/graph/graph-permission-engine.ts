import { setImmediate } from 'node:timers/promises';
import type { Cancellation } from '../engine/cancellation.ts';
import type {
  CheckResult,
  EvaluationOptions,
  ExpandOptions,
  ExpandResult,
  ExplainOptions,
  ExplainResult,
  List,
  Listed,
  ListOptions,
  ObjectsQuestion,
  PermissionEngine,
  SubjectsQuestion,
} from '../engine/permission-engine.ts';
import type { Revision } from '../persistence/revision.ts';
import type { RelationTuple, Subject, SubjectSet } from '../tuple/relation-tuple.ts';
import { throwIfGivenUp } from './cancellation.ts';
import { EvaluationPool } from './evaluation-pool.ts';
import { explainFromGraph } from './explain-from-graph.ts';
import type { FollowedState } from './followed-state.ts';
import { listFromGraph } from './lookup/list-from-graph.ts';
import { listObjects } from './lookup/list-objects.ts';
import { listSubjects } from './lookup/list-subjects.ts';
import type { LookupFacts } from './lookup/lookup-facts.ts';
import { RecentCandidates } from './lookup/recent-candidates.ts';
import { MAX_STEPS } from './max-steps.ts';
import type { NamespaceBudget } from './namespace-budget.ts';
import { ResidentCheck, type ResidentQuestions } from './resident-check.ts';
import type { SelfCheck } from './self-check.ts';

/**
 * How often a long evaluation begins because the graph moved on between its turns, before the database answers. The last
 * time the graph is asked to stay as it is: to the database such a question is a matter of seconds.
 */
const MAX_TRIES = 3;
/** Evaluations that are kept for the calls to come: more run at once only where long ones take turns. */
const MAX_IDLE = 4;
/** For so long after its last answer the database counts as busy. */
const BUSY_MS = 50;

/**
 * Answers checks from the graph as long as it can be read: without a query where the graph is fresh enough, with the
 * shared query of whoever follows where it has to be shown first, and explains them. All else is answered by the
 * database: while the graph is loaded, and questions that are asked seldom. What depends on namespaces that the graph does not have is
 * answered from both.
 */
export class GraphPermissionEngine implements PermissionEngine {
  readonly #state: FollowedState;
  readonly #budget: Pick<NamespaceBudget, 'absent' | 'isAbsent'>;
  readonly #database: PermissionEngine;
  readonly #both: Pick<PermissionEngine, 'check'>;
  readonly #selfCheck: Pick<SelfCheck, 'consider'> | undefined;
  readonly #maxSteps: number;
  readonly #idle: ResidentCheck[] = [];
  /** Checks that the database is asked for, and when it last answered one. */
  #underWay = 0;
  #answeredMs: number = Number.NEGATIVE_INFINITY;
  readonly #pool = new EvaluationPool();
  readonly #recent = new RecentCandidates();

  constructor(parts: {
    state: FollowedState;
    budget: Pick<NamespaceBudget, 'absent' | 'isAbsent'>;
    database: PermissionEngine;
    /** Answers from the graph and the database together. */
    both: Pick<PermissionEngine, 'check'>;
    selfCheck?: Pick<SelfCheck, 'consider'> | undefined;
    maxSteps?: number;
  }) {
    this.#state = parts.state;
    this.#budget = parts.budget;
    this.#database = parts.database;
    this.#both = parts.both;
    this.#selfCheck = parts.selfCheck;
    this.#maxSteps = parts.maxSteps ?? MAX_STEPS;
  }

  /** Whether checks wait for the database, or did a moment ago: whoever got an answer mostly asks again. */
  get isDatabaseBusy(): boolean {
    return this.#underWay > 0 || performance.now() - this.#answeredMs < BUSY_MS;
  }

  async check(questions: readonly RelationTuple[], options: EvaluationOptions): Promise<CheckResult> {
    throwIfGivenUp(options.cancellation);
    if (questions.length > 0 && questions.every(({ namespace }) => this.#budget.isAbsent(namespace))) {
      return this.#both.check(questions, options);
    }
    if (!this.#isAtHand(options) && !(await this.#catchUp(options))) return this.#askDatabase(questions, options);
    return this.#checkFrom(this.#state.revision, questions, options);
  }

  expand(set: SubjectSet, options: ExpandOptions): Promise<ExpandResult> {
    return this.#database.expand(set, options);
  }

  async explain(question: RelationTuple, options: ExplainOptions): Promise<ExplainResult> {
    throwIfGivenUp(options.cancellation);
    if (!this.#budget.isAbsent(question.namespace) && (this.#isAtHand(options) || (await this.#catchUp(options)))) {
      const isAbsent = (namespace: string): boolean => this.#budget.isAbsent(namespace);
      const limits = { maxCheckSteps: this.#maxSteps, pool: this.#pool };
      const explained = await explainFromGraph(question, { ...options, ...limits }, { state: this.#state, isAbsent });
      if (explained !== undefined) return explained;
    }
    return this.#database.explain(question, options);
  }

  async listObjects(question: ObjectsQuestion, options: ListOptions): Promise<List<string>> {
    const list = await this.#list(options, (facts) => listObjects(question, options, facts));
    return list ?? this.#database.listObjects(question, options);
  }

  async listSubjects(question: SubjectsQuestion, options: ListOptions): Promise<List<Subject>> {
    const list = await this.#list(options, (facts) => listSubjects(question, options, facts));
    return list ?? this.#database.listSubjects(question, options);
  }

  /** Undefined when the graph cannot do it: a list depends on all namespaces. */
  async #list<T>(options: ListOptions, make: (facts: LookupFacts) => Promise<Listed<T>>): Promise<List<T> | undefined> {
    throwIfGivenUp(options.cancellation);
    if (!this.#isAtHand(options) && !(await this.#catchUp(options))) return undefined;
    if (this.#budget.absent.size > 0) return undefined;
    return listFromGraph(this.#state, { options, maxSteps: this.#maxSteps, recent: this.#recent }, make);
  }

  /** Whether the graph as it is may answer. */
  #isAtHand({ mayBeStale, minRevision = 0 }: EvaluationOptions): boolean {
    return mayBeStale === true && this.#state.graph !== undefined && this.#state.revision >= minRevision;
  }

  /** Brings the graph to where it may answer. False when it cannot now. */
  async #catchUp({ mayBeStale, minRevision = 0, cancellation }: EvaluationOptions): Promise<boolean> {
    if (mayBeStale !== true) {
      const revision = await this.#state.fresh(cancellation);
      if (revision === undefined || revision >= minRevision) return revision !== undefined;
    }
    return (await this.#state.awaitRevision(minRevision, cancellation)) !== undefined;
  }

  /** Answers at one revision of the graph, `since` or a newer one. */
  async #checkFrom(
    since: Revision,
    questions: readonly RelationTuple[],
    options: EvaluationOptions,
  ): Promise<CheckResult> {
    const state = this.#state;
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const { graph, revision } = state;
      if (graph === undefined || revision < since) break;
      const { absent } = this.#budget;
      const check = this.#take({ graph, absent, questions, options, maxSteps: this.#maxSteps });
      const first = check.advance();
      const isLastTry = tries === MAX_TRIES - 1;
      const turn =
        first === 'paused' ? await this.#goOn(check, { isLastTry, cancellation: options.cancellation }) : first;
      const { answers } = check;
      if (this.#idle.length < MAX_IDLE) this.#idle.push(check);
      if (turn === 'unloaded') return this.#both.check(questions, options);
      if (turn === 'answered') {
        this.#selfCheck?.consider(questions, options);
        return { revision, answers, source: 'graph' };
      }
    }
    return this.#askDatabase(questions, options);
  }

  async #askDatabase(questions: readonly RelationTuple[], options: EvaluationOptions): Promise<CheckResult> {
    this.#underWay++;
    try {
      return await this.#database.check(questions, options);
    } finally {
      this.#underWay--;
      this.#answeredMs = performance.now();
    }
  }

  /** Evaluates in further turns, as long as the graph stays as it is. */
  async #goOn(
    check: ResidentCheck,
    { isLastTry, cancellation }: { isLastTry: boolean; cancellation?: Cancellation | undefined },
  ): Promise<'answered' | 'unloaded' | 'moved'> {
    const { graph, revision } = this.#state;
    const release = isLastTry ? this.#state.hold() : undefined;
    try {
      for (;;) {
        await setImmediate();
        throwIfGivenUp(cancellation);
        if (this.#state.graph !== graph || this.#state.revision !== revision) return 'moved';
        const turn = check.advance();
        if (turn !== 'paused') return turn;
      }
    } finally {
      release?.();
    }
  }

  #take(asked: ResidentQuestions): ResidentCheck {
    const check = this.#idle.pop();
    if (check === undefined) return new ResidentCheck(asked);
    check.begin(asked);
    return check;
  }
}
