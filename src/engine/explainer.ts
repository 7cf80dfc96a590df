import type { RelationTuple, Subject, SubjectSet } from '../tuple/relation-tuple.ts';
import type { Explanation, ExplanationStep, Omission, RulePlace } from './explanation.ts';
import { type FactSource, NOT_LOADED } from './fact-source.ts';
import { FormulaParts, type HopOrigin, type Part, type Position } from './formula-parts.ts';
import type { Formulas } from './formulas.ts';
import { foundedOrder } from './founded-order.ts';
import { NEVER, type Node, type Nodes, UNGROUNDED } from './nodes.ts';
import type { CheckAnswer } from './permission-engine.ts';
import type { Program } from './program.ts';
import {
  FIRST_FAULT,
  faultOf,
  MEMBER,
  merge,
  NOT_MEMBER,
  negate,
  type RelationNames,
  UNLOADED,
  type Verdict,
} from './verdict.ts';
import { knowledgeOf, type Leaves, UNKNOWN, type Weighed, weigh } from './weigh.ts';

/** A question that an evaluation has answered, with all that it knows. */
export interface Answered {
  readonly nodes: Nodes;
  readonly formulas: Formulas;
  readonly source: FactSource;
  readonly program: Program;
  readonly question: number;
  readonly verdict: Verdict;
  /** The depth budget of the question. */
  readonly depth: number;
  readonly subject: Subject;
  /** The set of an object and a relation, by their names. */
  setOf(object: number, relation: number): SubjectSet;
  answerOf(verdict: Verdict): CheckAnswer;
  /** How many steps the explanation may have. */
  readonly maxSteps: number;
}

/**
 * Explains an answer from what its evaluation has left behind: formulas and results. Broad
 * before deep, so that what does not fit is what is farthest from the question. It yields the
 * steps it has taken.
 */
export function* explain(answered: Answered): Generator<number, Explanation> {
  const { nodes, question, verdict } = answered;
  const root = answered.formulas.argument(nodes.at(question).formula + 1) - 1;
  const isFounded = verdict === MEMBER || verdict === NOT_MEMBER;
  const places = isFounded ? yield* foundedOrder(answered.formulas.argument(root), answered) : undefined;
  return yield* new Explainer(answered, places).explain();
}

/** A step in the making. */
type OpenStep = DescribedStep & { readonly answer: CheckAnswer; readonly children: OpenStep[]; omitted?: Omission };

/** A step whose children are to be found. */
interface Pending {
  readonly step: OpenStep;
  readonly part: Part;
  /** What the part stands for with the budget left; to be explained. */
  readonly verdict: Verdict;
  readonly budget: number;
  /** The set or question whose formula the part belongs to. */
  readonly owner: number;
  /** Whether the part stands below a negation of this formula. */
  readonly isNegated: boolean;
  readonly above: Pending | undefined;
}

class Explainer {
  readonly #answered: Answered;
  readonly #places: ReadonlyMap<number, number> | undefined;
  readonly #parts: FormulaParts;
  readonly #explained = new Set<string>();
  readonly #pending: Pending[] = [];
  #steps = 0;
  #isTruncated = false;

  /** With places, which a yes and a no have, every step is explained by what comes before it. */
  constructor(answered: Answered, places: ReadonlyMap<number, number> | undefined) {
    this.#answered = answered;
    this.#places = places;
    this.#parts = new FormulaParts(answered);
  }

  *explain(): Generator<number, Explanation> {
    const { question, verdict, depth, nodes } = this.#answered;
    const part = this.#parts.ofQuestion(nodes.at(question));
    const place = { owner: question, isNegated: false, budget: depth, above: undefined };
    const { step } = this.#begin(part, verdict, place);
    // The list grows while it is walked.
    for (const pending of this.#pending) {
      this.#complete(pending);
      yield 1 + pending.step.children.length;
    }
    return { root: step, truncated: this.#isTruncated };
  }

  /** Finds the children of a step. */
  #complete(pending: Pending): void {
    const { step, part, verdict } = pending;
    if (part.kind === 'hop') this.#completeHop(pending, part);
    if (part.kind === 'rule') {
      const parts = this.#parts.ofRule(this.#node(pending.owner), part);
      const isNot = part.rule.kind === 'not';
      this.#add(pending, parts, {
        owner: pending.owner,
        isNegated: isNot || pending.isNegated,
        budget: pending.budget,
        operator: part.rule.kind === 'and' ? 'and' : 'or',
        verdict: isNot ? negate(verdict) : verdict,
      });
    }
    if (verdict < 0 && step.children.length === 0) this.#omit(step, 'limit');
  }

  /** A set that is led to: the look-up in it, and its parts. */
  #completeHop(pending: Pending, part: Extract<Part, { kind: 'hop' }>): void {
    const { verdict, step } = pending;
    const direct: Part[] = part.lookup === undefined ? [] : [{ kind: 'direct', at: part.lookup }];
    const lookup = direct.map((one) => this.#weigh(one, pending)).find((weighed) => weighed.verdict === verdict);
    const set =
      part.lookup === undefined ? this.#weigh(part, pending) : this.#weigh({ ...part, lookup: undefined }, pending);
    const isByLookup =
      lookup !== undefined && (verdict !== MEMBER || set.verdict !== MEMBER || lookup.from <= set.from);
    if (isByLookup) {
      const { owner, isNegated, budget } = pending;
      this.#add(pending, direct, { owner, isNegated, budget, verdict, operator: 'or' });
    }
    if (set.verdict !== verdict || (isByLookup && verdict === MEMBER)) return;
    const { formulas } = this.#answered;
    const target = formulas.argument(part.at);
    const budget = pending.budget - formulas.need(part.at);
    const node = this.#node(target);
    if (node.formula === UNGROUNDED || (verdict < 0 && budget < 1)) return;
    if (isOnWay(pending, target)) this.#omit(step, 'cycle');
    else if (!this.#isFirst(target, verdict, budget)) this.#omit(step, 'repeated');
    else
      this.#add(pending, this.#parts.ofSet(node), { owner: target, isNegated: false, budget, verdict, operator: 'or' });
  }

  /** Adds those of the operands that explain the operator's verdict: one that decides, else all that have a share in it. */
  #add(
    above: Pending,
    parts: readonly Part[],
    place: Pick<Pending, 'owner' | 'isNegated' | 'budget' | 'verdict'> & { operator: 'and' | 'or' },
  ): void {
    const { verdict } = place;
    const isDecisive = verdict === (place.operator === 'or' ? MEMBER : NOT_MEMBER);
    const sharing = this.#sharing(parts, place, above);
    const chosen = isDecisive && sharing.length > 1 ? sharing.toSorted((a, b) => a.from - b.from).slice(0, 1) : sharing;
    for (const { part } of chosen) {
      if (this.#steps === this.#answered.maxSteps) {
        this.#omit(above.step, 'size');
        this.#isTruncated = true;
        return;
      }
      const { owner, isNegated, budget } = place;
      above.step.children.push(this.#begin(part, verdict, { owner, isNegated, budget, above }).step);
    }
  }

  /**
   * The parts with this very verdict. An undeclared relation may show only when the sets on the way are cut, as they are
   * where a cycle is settled; a paradox goes round the way.
   */
  #sharing(
    parts: readonly Part[],
    place: Pick<Pending, 'owner' | 'isNegated' | 'budget' | 'verdict'>,
    above: Pending,
  ): { part: Part; from: number }[] {
    const { verdict } = place;
    const isFault = verdict >= FIRST_FAULT;
    const isUndeclared = isFault && faultOf(verdict).kind === 'undeclared';
    const ways = isFault ? [isUndeclared ? above : undefined, isUndeclared ? undefined : above] : [undefined];
    for (const way of ways) {
      const sharing: { part: Part; from: number }[] = [];
      for (const part of parts) {
        const weighed = this.#weigh(part, place, way);
        if (weighed.verdict === verdict) sharing.push({ part, from: weighed.from });
      }
      if (sharing.length > 0) return sharing;
    }
    return [];
  }

  #begin(part: Part, verdict: Verdict, place: Pick<Pending, 'owner' | 'isNegated' | 'budget' | 'above'>): Pending {
    this.#steps++;
    const { owner, isNegated, budget, above } = place;
    const described = this.#describe(part, owner);
    const step: OpenStep = Object.assign(described, { answer: this.#answered.answerOf(verdict), children: [] });
    const pending = { step, part, verdict, owner, isNegated, budget, above };
    this.#pending.push(pending);
    return pending;
  }

  #describe(part: Part, owner: number): DescribedStep {
    const { formulas, subject } = this.#answered;
    const node = this.#node(owner);
    if (part.kind === 'direct') {
      return { kind: 'direct', tuple: { ...this.#setOf(this.#node(formulas.argument(part.at))), subject } };
    }
    if (part.kind === 'hop') return this.#describeHop(part.origin, node, this.#node(formulas.argument(part.at)));
    const { kind } = part.rule;
    const rule = this.#placeOf(node, part.position);
    if (kind !== 'traverse') return { kind, rule };
    return { kind, rule, set: this.#answered.setOf(node.object, part.rule.relation) };
  }

  #describeHop(origin: HopOrigin, node: Node, target: Node): DescribedStep {
    const set = this.#setOf(target);
    switch (origin.kind) {
      case 'question':
        return { kind: 'check', set };
      case 'computed':
        return { kind: 'computed', rule: this.#placeOf(node, origin.position), set };
      case 'tuple': {
        const subject = { kind: 'set', ...this.#answered.setOf(origin.row.object, origin.row.relation) } as const;
        const tuple: RelationTuple = { ...this.#answered.setOf(node.object, origin.relation), subject };
        return { kind: 'subject-set', tuple, set };
      }
    }
  }

  /** What a part is worth; with a way, the sets on it are cut. */
  #weigh(
    part: Part,
    { owner, isNegated, budget }: Pick<Pending, 'owner' | 'isNegated' | 'budget'>,
    way?: Pending,
  ): Weighed {
    const isCut = (target: number): boolean => way !== undefined && (target === owner || isOnWay(way, target));
    const leaves: Leaves = {
      set: (target, isBelowNegation) =>
        !isBelowNegation && isCut(target) ? CUT : this.#knowledge(target, owner, isBelowNegation),
      stored: (target) => (this.#node(target).stored === NOT_LOADED ? -UNLOADED : this.#node(target).stored),
      names: this.#answered.source,
    };
    const one = weigh(this.#answered.formulas, part.at, leaves, isNegated);
    if (part.kind !== 'hop' || part.lookup === undefined) return this.#within(one, budget);
    return this.#within(
      either(one, weigh(this.#answered.formulas, part.lookup, leaves, isNegated), leaves.names),
      budget,
    );
  }

  /** All that is unknown has the reason that the answer has. */
  #within(weighed: Weighed, budget: number): Weighed {
    const { verdict } = this.#answered;
    if (verdict >= 0) return weighed;
    return weighed.verdict < 0 || weighed.from > budget ? { verdict, from: NEVER } : weighed;
  }

  #knowledge(target: number, owner: number, isNegated: boolean): Weighed {
    const node = this.#node(target);
    const known = knowledgeOf(node);
    if (this.#places === undefined || node.definite >= FIRST_FAULT) return known;
    const place = this.#places.get(target) ?? NEVER;
    const ownPlace = this.#places.get(owner) ?? NEVER;
    if (place < ownPlace) return known;
    // Sets that are no members because they only lead to each other.
    const isUnfounded = place === ownPlace && !isNegated && known.verdict === NOT_MEMBER;
    return isUnfounded ? known : UNKNOWN;
  }

  /** A definite answer of a set is explained once, an unknown one for every budget. */
  #isFirst(target: number, verdict: Verdict, budget: number): boolean {
    const key = verdict < 0 ? `${target}@${budget}` : `${target}`;
    if (this.#explained.has(key)) return false;
    this.#explained.add(key);
    return true;
  }

  #omit(step: OpenStep, omission: Omission): void {
    step.omitted ??= omission;
  }

  #placeOf({ object, relation }: Node, position: Position): RulePlace {
    const { namespace, relation: permit } = this.#answered.setOf(object, relation);
    return { namespace, permit, position };
  }

  #setOf({ object, relation }: Node): SubjectSet {
    return this.#answered.setOf(object, relation);
  }

  #node(index: number): Node {
    return this.#answered.nodes.at(index);
  }
}

const CUT: Weighed = { verdict: NOT_MEMBER, from: 1 };

type DescribedStep = DistributiveOmit<ExplanationStep, 'answer' | 'children' | 'omitted'>;
type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never;

function isOnWay(pending: Pending, target: number): boolean {
  for (let way: Pending | undefined = pending; way !== undefined; way = way.above) {
    if (way.owner === target) return true;
  }
  return false;
}

/** The union of two operands. */
function either(a: Weighed, b: Weighed, names: RelationNames): Weighed {
  if (a.verdict === MEMBER && b.verdict === MEMBER) return a.from < b.from ? a : b;
  if (a.verdict === MEMBER) return a;
  if (b.verdict === MEMBER) return b;
  return { verdict: merge(a.verdict, b.verdict, NOT_MEMBER, names), from: Math.max(a.from, b.from) };
}
