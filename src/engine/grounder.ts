import { END, type FactSource, NOT_LOADED } from './fact-source.ts';
import { AND, type Formulas, NOT, OR, SET, STORED, VERDICT } from './formulas.ts';
import { type Node, type Nodes, QUESTION, UNGROUNDED } from './nodes.ts';
import type { Declaration, DeclaredRelation, Program, Rule, RuleGroup, TypePair } from './program.ts';
import type { SubjectShape } from './subject-shape.ts';
import { MEMBER, NOT_MEMBER, OUT_OF_STEPS, UNLOADED, undeclared } from './verdict.ts';

/** What is nested deeper, which only a depth budget beyond it can reach, ends the check (contract: OPL C8). */
const MAX_NESTED_GROUPS = 1000;
/** So many subject sets of one set are written at a stretch: well below a millisecond. */
const STRETCH_SETS = 1000;

/** The subject sets of a set, while they are written. */
interface Expansion {
  node: Node | undefined;
  /** In strict mode, the relation whose types count. */
  strict: DeclaredRelation | undefined;
  /** Where its instructions begin. */
  start: number;
  /** Whether the look-ups are written from the sets that hold the subject. */
  isByHolders: boolean;
  /** Whether all look-ups are written, so that the sets are next. */
  hasLookups: boolean;
  hasLeaf: boolean;
}

/** What a membership is asked of, and by which rules. */
export interface Inquiry {
  readonly program: Program;
  readonly strict: boolean;
  readonly subject: SubjectShape;
  readonly source: FactSource;
}

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
  #program: Program;
  #isStrict: boolean;
  #subject: SubjectShape;
  #source: FactSource;
  #usesFactsAtHand: boolean;
  #isPartial = false;
  #steps = 0;
  /** It is used again, so that none is allocated for a formula. */
  readonly #expansion: Expansion = {
    node: undefined,
    strict: undefined,
    start: 0,
    isByHolders: false,
    hasLookups: false,
    hasLeaf: false,
  };
  #isUnfinished = false;
  /** The sets of the computed relations of a union while it is written. */
  readonly #computedSets: number[] = [];

  constructor({ nodes, formulas, ...inquiry }: Inquiry & { nodes: Nodes; formulas: Formulas }) {
    this.#nodes = nodes;
    this.#formulas = formulas;
    this.#program = inquiry.program;
    this.#isStrict = inquiry.strict;
    this.#subject = inquiry.subject;
    this.#source = inquiry.source;
    this.#usesFactsAtHand = inquiry.source.isAtHand;
  }

  /** From now on another membership is asked for. */
  begin({ program, strict, subject, source }: Inquiry): void {
    this.#program = program;
    this.#isStrict = strict;
    this.#subject = subject;
    this.#source = source;
    this.#usesFactsAtHand = source.isAtHand;
    this.#isUnfinished = false;
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
   * A set with many subject sets `isUnfinished` then: `goOn` has to be called until it is not, before anything else is.
   */
  ground(node: Node): number {
    const declaration = this.#declaration(node.object, node.relation);
    this.#isPartial = false;
    this.#steps = 0;
    node.formula = this.#formulas.open(OR, 1);
    switch (declaration.kind) {
      case 'undeclared':
        this.#formulas.add(VERDICT, undeclared(node.relation), 1);
        break;
      case 'permit': {
        const isDecided = this.#addGroup(node, declaration.body, 0);
        if (!this.#isStrict && !isDecided) this.#addExpansion(node, undefined);
        break;
      }
      case 'relation':
        if (!this.#isStrict) this.#addExpansion(node, undefined);
        else if (declaration.setTypes.length > 0) this.#addExpansion(node, declaration);
        break;
      case 'none':
        if (!this.#isStrict) this.#addExpansion(node, undefined);
        break;
    }
    this.#formulas.close(node.formula);
    node.isPartial = this.#isPartial;
    return this.#steps + this.#formulas.end - node.formula;
  }

  /** Whether the formula that was written last goes on. */
  get isUnfinished(): boolean {
    return this.#isUnfinished;
  }

  /** Writes more of an unfinished formula. Answers the steps it took. */
  goOn(): number {
    const { node } = this.#expansion;
    if (!this.#isUnfinished || node === undefined) throw new Error('BUG: the formula is finished');
    const before = this.#formulas.end;
    const lookedAt = this.#expansion.hasLookups ? 0 : STRETCH_SETS;
    this.#expand(node);
    this.#formulas.close(node.formula);
    // Sets that need no instruction take their time as well.
    return lookedAt + Math.max(STRETCH_SETS / 4, this.#formulas.end - before);
  }

  /** Leaves an unfinished formula as if it had not been begun. */
  giveUp(): void {
    const { node } = this.#expansion;
    if (this.#isUnfinished && node !== undefined) node.formula = UNGROUNDED;
    this.#isUnfinished = false;
  }

  /** The subject sets of a set: first whether the subject is stored in one of them, then their members (contract: OPL C6). */
  #addExpansion(node: Node, strict: DeclaredRelation | undefined): void {
    const count = this.#open(node.set, 1);
    if (count === 0) return;
    this.#steps += Math.min(count, STRETCH_SETS);
    const expansion = this.#expansion;
    expansion.node = node;
    expansion.strict = strict;
    expansion.start = this.#formulas.end;
    expansion.isByHolders = this.#usesFactsAtHand && this.#source.openHolders(node.set);
    expansion.hasLookups = false;
    expansion.hasLeaf = false;
    this.#expand(node);
  }

  /** Writes a stretch of a node's subject sets, whose list is open. */
  #expand(node: Node): void {
    const isOver = this.#expansion.hasLookups ? this.#addMemberSets() : this.#addMemberLookups(node);
    this.#isUnfinished = !isOver;
  }

  /** A stretch of the look-ups in the subject sets. True when nothing more is to be added. */
  #addMemberLookups(node: Node): boolean {
    const source = this.#source;
    const { strict, start, isByHolders } = this.#expansion;
    for (let left = STRETCH_SETS; left > 0; left--) {
      const set = isByHolders ? source.nextHolder() : source.nextSubjectSet();
      if (set === END) {
        this.#expansion.hasLookups = true;
        source.openSubjectSets(node.set);
        return this.#addMemberSets();
      }
      const object = source.objectOf(set);
      const relation = source.relationOf(set);
      if (strict !== undefined && !hasType(strict.setTypes, source.namespaceOf(object), relation)) continue;
      if (!this.#addLookup(this.#declaration(object, relation), object, relation, set, 1)) continue;
      this.#decide(start, 1);
      return true;
    }
    return false;
  }

  /** A stretch of the members of the subject sets. True when there are no more. */
  #addMemberSets(): boolean {
    const source = this.#source;
    const expansion = this.#expansion;
    const { strict } = expansion;
    for (let left = STRETCH_SETS; left > 0; left--) {
      const set = source.nextSubjectSet();
      if (set === END) {
        if (expansion.hasLeaf) this.#formulas.add(VERDICT, NOT_MEMBER, 2);
        return true;
      }
      const object = source.objectOf(set);
      const relation = source.relationOf(set);
      if (strict !== undefined && !hasType(strict.setTypes, source.namespaceOf(object), relation)) continue;
      if (this.#isLeaf(this.#declaration(object, relation), set)) expansion.hasLeaf = true;
      else this.#formulas.add(SET, this.#nodeOf(object, relation, set), 1);
    }
    return false;
  }

  /** A group of a permit's body, `spent` levels below its node (contract: OPL C4). True when a look-up has decided it. */
  #addGroup(node: Node, group: RuleGroup, spent: number): boolean {
    if (spent >= MAX_NESTED_GROUPS) {
      this.#formulas.add(VERDICT, -OUT_OF_STEPS, spent + 1);
      return false;
    }
    const start = this.#formulas.open(group.kind === 'or' ? OR : AND, spent + 1);
    let isDecided = false;
    if (group.children.length === 0) {
      // A group without elements has no members, an intersection neither.
      this.#formulas.close(this.#formulas.open(OR, 1));
    } else if (group.kind === 'or') {
      isDecided = this.#addUnion(node, group, spent);
    } else {
      for (const child of group.children) this.#addOperand(node, child, spent, spent + 1);
    }
    this.#formulas.close(start);
    return isDecided;
  }

  /** The look-ups under all computed relations come first and cost nothing; what is behind them costs a level. */
  #addUnion(node: Node, group: RuleGroup, spent: number): boolean {
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
    for (const child of group.children) {
      if (child.kind !== 'computed') this.#addOperand(node, child, spent, spent + 1);
    }
    return false;
  }

  /** An element of an intersection or below a `!`; nested groups have spent `spentInGroup`. */
  #addOperand(node: Node, rule: Rule, spent: number, spentInGroup: number): void {
    switch (rule.kind) {
      case 'computed':
        this.#addSetWithLookup(node.object, rule.relation, spent);
        break;
      case 'or':
      case 'and':
        this.#addGroup(node, rule, spentInGroup);
        break;
      case 'traverse':
        this.#addTraverse(node, rule.relation, rule.target, spent);
        break;
      case 'not': {
        const start = this.#formulas.open(NOT, spent + 1);
        this.#addOperand(node, rule.child, spent, spent);
        this.#formulas.close(start);
        break;
      }
    }
  }

  /** All objects a relation points at, and the members of their `target` (contract: OPL C5). */
  #addTraverse(node: Node, relation: number, target: number, spent: number): void {
    const start = this.#formulas.open(OR, spent + 1);
    const declaration = this.#declaration(node.object, relation);
    const types = declaration.kind === 'relation' ? declaration.types : [];
    if (!this.#isStrict || types.length > 0) {
      this.#steps += this.#open(this.#source.setOf(node.object, relation), spent + 1);
      for (let set = this.#source.nextSubjectSet(); set !== END; set = this.#source.nextSubjectSet()) {
        const object = this.#source.objectOf(set);
        const namespace = this.#source.namespaceOf(object);
        // Strict mode follows a row of a declared type's namespace; its relation is not looked at.
        if (this.#isStrict && !types.some((type) => type.namespace === namespace)) continue;
        if (!this.#addHop(object, target, spent + 1)) continue;
        this.#decide(start + 1, spent + 2);
        break;
      }
    }
    this.#formulas.close(start);
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
