import { END, type FactSource, NO_HOLDER, NOT_LOADED } from './fact-source.ts';
import { AND, type Formulas, NOT, OR, SET, STORED, VERDICT } from './formulas.ts';
import type { Inquiry } from './inquiry.ts';
import { type Node, type Nodes, QUESTION, UNGROUNDED } from './nodes.ts';
import { nextOperand, type OpenOperator, OpenOperators } from './open-operators.ts';
import type { Declaration, DeclaredRelation, Program, Rule, RuleGroup, TraverseRule, TypePair } from './program.ts';
import type { SubjectShape } from './subject-shape.ts';
import { MEMBER, NOT_MEMBER, OUT_OF_STEPS, UNLOADED, undeclared } from './verdict.ts';

/** What is nested deeper, which only a depth budget beyond it can reach, ends the check (contract: OPL C8). */
const MAX_NESTED_GROUPS = 1000;
/** So many subject sets of one set are written at a stretch: well below a millisecond, also before the code is warm. */
const STRETCH_SETS = 250;

/**
 * What of a formula is to be written: its rules, then the look-ups in the set's subject sets, then their members.
 * The lists that stored sets make long are written in stretches.
 */
type Stage = 'rules' | 'lookups' | 'sets' | 'done';

/**
 * Writes what a membership depends on: the rules of the model, applied to one set and its
 * stored subject sets. The meaning of a model stands here and nowhere else (contract: OPL
 * C3 to C7); depth is counted by the needs of the instructions. What a set leads to that leads back
 * to it means, at every depth, what walking every way gives: a set that is met again adds nothing, and is a
 * paradox when a negation lies between (docs/adr/0017-answers-on-cycles.md).
 *
 * The formula of a set never holds the look-up of the subject in the set itself: whoever
 * leads to a set adds it, because it has to be there with more budget, or not at all.
 *
 * Facts that are at hand are looked up while the formula is written. What is stored then
 * stands for the operator that it decides: no operand needs less depth than the look-up
 * does. What is not stored needs no instruction, since the set behind the look-up takes as
 * much depth. And a set that leads nowhere is no member's, once there is depth to look at it.
 */
export class Grounder {
  readonly #nodes: Nodes;
  readonly #formulas: Formulas;
  // Those that `begin` sets.
  #program!: Program;
  #isStrict!: boolean;
  #subject!: SubjectShape;
  #source!: FactSource;
  #usesFactsAtHand!: boolean;
  #isPartial = false;
  #steps = 0;
  /** Of the formula that is being written: its node, what comes next, and what is left of the stretch. */
  #node: Node | undefined;
  #stage: Stage = 'done';
  #left = 0;
  /** Whether the node's subject sets follow on its rules. */
  #isExpanded = false;
  /** In strict mode, the relation whose types count among the subject sets. */
  #strictRelation: DeclaredRelation | undefined;
  /** Where their instructions begin, whether the look-ups are written from the sets that hold the subject, and whether one leads nowhere. */
  #start = 0;
  #isByHolders = false;
  #hasLeaf = false;
  readonly #operators = new OpenOperators();
  /** The sets of the computed relations of a union while it is written. */
  readonly #computedSets: number[] = [];

  constructor({ nodes, formulas, ...inquiry }: Inquiry & { nodes: Nodes; formulas: Formulas }) {
    this.#nodes = nodes;
    this.#formulas = formulas;
    this.begin(inquiry);
  }

  /** From now on another membership is asked for. */
  begin({ program, strict, subject, source }: Inquiry): void {
    this.#program = program;
    this.#isStrict = strict;
    this.#subject = subject;
    this.#source = source;
    this.#usesFactsAtHand = source.isAtHand;
    this.#stage = 'done';
  }

  /** Whether what facts at hand decide is left out of the formulas. */
  get isBrief(): boolean {
    return this.#usesFactsAtHand;
  }

  /** From now on formulas hold every operand, as those over facts that have to be loaded do. */
  beComplete(): void {
    this.#usesFactsAtHand = false;
  }

  /** A node for the question whether the subject is in a set: the set, and the look-up in it. */
  question(object: number, relation: number): number {
    const question = this.#nodes.add(QUESTION, relation, QUESTION);
    const node = this.#nodes.at(question);
    node.formula = this.#formulas.open(OR, 1);
    this.#addSetWithLookup(object, relation, 0);
    this.#formulas.close(node.formula);
    return question;
  }

  /**
   * Writes the formula of a set's node, with what the source has by now (contract: OPL C3). Answers the steps it took.
   * One with many sets `isUnfinished` then: `goOn` has to be called until it is not, before anything else is.
   */
  ground(node: Node): number {
    const declaration = this.#declaration(node.object, node.relation);
    this.#node = node;
    this.#isPartial = false;
    this.#strictRelation = this.#isStrict && declaration.kind === 'relation' ? declaration : undefined;
    this.#stage = 'done';
    this.#steps = 0;
    node.formula = this.#formulas.open(OR, 1);
    switch (declaration.kind) {
      case 'undeclared':
        this.#formulas.add(VERDICT, undeclared(node.relation), 1);
        break;
      case 'permit': {
        this.#stage = 'rules';
        this.#operators.clear();
        const isDecided = this.#openGroup(node, declaration.body, 0);
        this.#isExpanded = !this.#isStrict && !isDecided;
        break;
      }
      case 'relation':
      case 'none':
        if (!this.#isStrict || (this.#strictRelation?.setTypes.length ?? 0) > 0) this.#openExpansion(node);
        break;
    }
    this.#write(node);
    return this.#steps + this.#formulas.end - node.formula;
  }

  /** Whether the formula that was written last goes on. */
  get isUnfinished(): boolean {
    return this.#stage !== 'done';
  }

  /** Writes more of an unfinished formula. Answers the steps it took. */
  goOn(): number {
    const node = this.#node;
    if (!this.isUnfinished || node === undefined) throw new Error('BUG: the formula is finished');
    const before = this.#formulas.end;
    this.#steps = 0;
    this.#write(node);
    // Sets that need no instruction take their time as well.
    return Math.max(STRETCH_SETS / 4, this.#steps + this.#formulas.end - before);
  }

  /** Leaves an unfinished formula as if it had not been begun. */
  giveUp(): void {
    if (this.isUnfinished && this.#node !== undefined) this.#node.formula = UNGROUNDED;
    this.#stage = 'done';
  }

  /** A stretch of the formula, which is closed as far as it is written. */
  #write(node: Node): void {
    this.#left = STRETCH_SETS;
    if (this.#stage === 'rules' && this.#addRules(node)) {
      this.#stage = 'done';
      if (this.#isExpanded) this.#openExpansion(node);
    }
    if (this.#stage === 'lookups') this.#addMemberLookups(node);
    if (this.#stage === 'sets') this.#addMemberSets();
    this.#formulas.close(node.formula);
    node.isPartial = this.#isPartial;
  }

  /** The subject sets of a set: first whether the subject is stored in one of them, then their members (contract: OPL C6). */
  #openExpansion(node: Node): void {
    if (this.#open(node.set, 1) === 0) return;
    this.#start = this.#formulas.end;
    this.#isByHolders = this.#usesFactsAtHand && this.#source.openHolders(node.set);
    this.#hasLeaf = false;
    this.#stage = 'lookups';
  }

  #addMemberLookups(node: Node): void {
    const source = this.#source;
    const strict = this.#strictRelation;
    for (; this.#left > 0; this.#left--) {
      const set = this.#isByHolders ? source.nextHolder() : source.nextSubjectSet();
      if (set === END) {
        this.#stage = 'sets';
        source.openSubjectSets(node.set);
        return;
      }
      this.#steps++;
      if (set === NO_HOLDER) continue;
      const object = source.objectOf(set);
      const relation = source.relationOf(set);
      if (strict !== undefined && !hasType(strict.setTypes, source.namespaceOf(object), relation)) continue;
      if (!this.#addLookup(this.#declaration(object, relation), object, relation, set, 1)) continue;
      this.#decide(this.#start, 1);
      this.#stage = 'done';
      return;
    }
  }

  #addMemberSets(): void {
    const source = this.#source;
    const strict = this.#strictRelation;
    for (; this.#left > 0; this.#left--) {
      const set = source.nextSubjectSet();
      if (set === END) {
        if (this.#hasLeaf) this.#formulas.add(VERDICT, NOT_MEMBER, 2);
        this.#stage = 'done';
        return;
      }
      const object = source.objectOf(set);
      const relation = source.relationOf(set);
      if (strict !== undefined && !hasType(strict.setTypes, source.namespaceOf(object), relation)) continue;
      if (this.#isLeaf(this.#declaration(object, relation), set)) this.#hasLeaf = true;
      else this.#formulas.add(SET, this.#nodeOf(object, relation, set), 1);
    }
  }

  /** What is left of a permit's body. True when nothing is. */
  #addRules(node: Node): boolean {
    for (let operator = this.#operators.top; operator !== undefined; operator = this.#operators.top) {
      const { start, rule } = operator;
      const operand = rule.kind === 'traverse' ? undefined : nextOperand(operator, rule);
      if (operand !== undefined) {
        if (operand.kind !== 'computed' || rule.kind !== 'or') this.#addOperand(node, operand, operator);
        continue;
      }
      if (rule.kind === 'traverse' && !this.#addHops(node, rule, operator)) return false;
      this.#formulas.close(start);
      this.#operators.pop();
    }
    return true;
  }

  /** A group of a permit's body, `spent` levels below its node (contract: OPL C4). True when a look-up has decided it. */
  #openGroup(node: Node, group: RuleGroup, spent: number): boolean {
    if (spent >= MAX_NESTED_GROUPS) {
      this.#formulas.add(VERDICT, -OUT_OF_STEPS, spent + 1);
      return false;
    }
    const isUnion = group.kind === 'or';
    const start = this.#formulas.open(isUnion ? OR : AND, spent + 1);
    // A group without elements has no members, an intersection neither.
    if (group.children.length === 0) this.#formulas.close(this.#formulas.open(OR, 1));
    const isDecided = isUnion && this.#addComputed(node, group, spent);
    if (isDecided) this.#formulas.close(start);
    else this.#operators.push(start, group, spent, spent + 1);
    return isDecided;
  }

  /** The computed relations of a union: all look-ups come first and cost nothing; what is behind them costs a level. */
  #addComputed(node: Node, group: RuleGroup, spent: number): boolean {
    const start = this.#formulas.end;
    const sets = this.#computedSets;
    sets.length = 0;
    for (const child of group.children) {
      if (child.kind !== 'computed') continue;
      const declaration = this.#declaration(node.object, child.relation);
      const set = this.#source.setOf(node.object, child.relation);
      sets.push(set);
      if (!this.#addLookup(declaration, node.object, child.relation, set, spent + 1)) continue;
      this.#decide(start, spent + 1);
      return true;
    }
    let next = 0;
    for (const child of group.children) {
      if (child.kind !== 'computed') continue;
      const set = sets[next++] as number; // pushed above
      this.#addSet(this.#declaration(node.object, child.relation), node.object, child.relation, set, spent + 1);
    }
    return false;
  }

  #addOperand(node: Node, rule: Rule, { spent, spentInGroup }: OpenOperator): void {
    switch (rule.kind) {
      case 'computed':
        this.#addSetWithLookup(node.object, rule.relation, spent);
        break;
      case 'or':
      case 'and':
        this.#openGroup(node, rule, spentInGroup);
        break;
      case 'traverse':
        this.#openTraverse(node, rule, spent);
        break;
      case 'not':
        this.#operators.push(this.#formulas.open(NOT, spent + 1), rule, spent, spent);
        break;
    }
  }

  /** All objects a relation points at, and the members of their `target` (contract: OPL C5). */
  #openTraverse(node: Node, rule: TraverseRule, spent: number): void {
    const start = this.#formulas.open(OR, spent + 1);
    if (this.#isStrict && this.#typesOf(node, rule).length === 0) {
      this.#formulas.close(start);
      return;
    }
    this.#open(this.#source.setOf(node.object, rule.relation), spent + 1);
    this.#operators.push(start, rule, spent, spent);
  }

  /** A stretch of the open traverse. True when it is over. */
  #addHops(node: Node, rule: TraverseRule, { start, spent }: OpenOperator): boolean {
    const types = this.#isStrict ? this.#typesOf(node, rule) : undefined;
    for (; this.#left > 0; this.#left--) {
      const set = this.#source.nextSubjectSet();
      if (set === END) return true;
      this.#steps++;
      const object = this.#source.objectOf(set);
      const namespace = this.#source.namespaceOf(object);
      // Strict mode follows a row of a declared type's namespace; its relation is not looked at.
      if (types?.some((type) => type.namespace === namespace) === false) continue;
      if (!this.#addHop(object, rule.target, spent + 1)) continue;
      this.#decide(start + 1, spent + 2);
      return true;
    }
    return false;
  }

  /** What the relation of a traverse may point at. */
  #typesOf({ object }: Node, { relation }: TraverseRule): readonly TypePair[] {
    const declaration = this.#declaration(object, relation);
    return declaration.kind === 'relation' ? declaration.types : [];
  }

  #addSetWithLookup(object: number, relation: number, spent: number): void {
    const start = this.#formulas.open(OR, spent + 1);
    if (this.#addHop(object, relation, spent)) this.#decide(start + 1, spent + 1);
    this.#formulas.close(start);
  }

  /** A set with the look-up in it. True, and nothing is to be added, when the subject is stored in it. */
  #addHop(object: number, relation: number, spent: number): boolean {
    const declaration = this.#declaration(object, relation);
    const set = this.#source.setOf(object, relation);
    // An undeclared relation is an error before its tuples are looked at, except one hop ahead of an expansion.
    const isLookedAt = declaration.kind !== 'undeclared';
    if (isLookedAt && this.#addLookup(declaration, object, relation, set, spent + 1)) return true;
    this.#addSet(declaration, object, relation, set, spent);
    return false;
  }

  /** The look-up of the subject in a set, if it counts there. True when it is at hand and the subject is stored. */
  #addLookup(declaration: Declaration, object: number, relation: number, set: number, need: number): boolean {
    if (!this.#isLookedUp(declaration)) return false;
    if (this.#usesFactsAtHand) {
      const stored = this.#source.isStored(set);
      if (stored !== NOT_LOADED) return stored === 1;
    }
    this.#formulas.add(STORED, this.#nodeOf(object, relation, set), need);
    return false;
  }

  /** The membership in a set, without the look-up in it. */
  #addSet(declaration: Declaration, object: number, relation: number, set: number, need: number): void {
    if (this.#isLeaf(declaration, set)) this.#formulas.add(VERDICT, NOT_MEMBER, need + 1);
    else this.#formulas.add(SET, this.#nodeOf(object, relation, set), need);
  }

  /** What is written from a position on is decided by a look-up. */
  #decide(start: number, need: number): void {
    this.#formulas.takeBack(start);
    this.#formulas.add(VERDICT, MEMBER, need);
  }

  /** Whether it is at hand that a set leads to no other one. */
  #isLeaf(declaration: Declaration, set: number): boolean {
    if (!this.#usesFactsAtHand || declaration.kind === 'permit' || declaration.kind === 'undeclared') return false;
    if (this.#isStrict && (declaration.kind === 'none' || declaration.setTypes.length === 0)) return true;
    return this.#source.countSubjectSets(set) === 0;
  }

  /** Opens a set's list of subject sets; when it is not loaded, the formula says so and has to be written again. */
  #open(set: number, need: number): number {
    const count = this.#source.openSubjectSets(set);
    if (count !== NOT_LOADED) return count;
    this.#formulas.add(VERDICT, -UNLOADED, need);
    this.#isPartial = true;
    return 0;
  }

  /** The index of a set's node, a new one when it has none. */
  #nodeOf(object: number, relation: number, set: number): number {
    const index = this.#nodes.find(object, relation);
    return index === -1 ? this.#nodes.add(object, relation, set) : index;
  }

  /** Whether the subject being stored directly in a set of this declaration counts (contract: OPL C3, "direct allowed"). */
  #isLookedUp(declaration: Declaration): boolean {
    if (!this.#isStrict) return true;
    if (this.#subject.kind === 'id') return declaration.kind === 'relation' || declaration.kind === 'none';
    const { namespace, relation } = this.#subject;
    return declaration.kind === 'relation' && hasType(declaration.types, namespace, relation);
  }

  #declaration(object: number, relation: number): Declaration {
    return this.#program.declaration(this.#source.namespaceOf(object), relation);
  }
}

function hasType(types: readonly TypePair[], namespace: number, relation: number): boolean {
  return types.some((type) => type.namespace === namespace && type.relation === relation);
}
