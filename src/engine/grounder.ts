import { type FactSource, NOT_LOADED } from './fact-source.ts';
import { AND, type Formulas, NOT, OR, SET, STORED, VERDICT } from './formulas.ts';
import { type Node, type Nodes, QUESTION } from './nodes.ts';
import type { Declaration, DeclaredRelation, Program, Rule, RuleGroup, TypePair } from './program.ts';
import type { SubjectShape } from './subject-shape.ts';
import { OUT_OF_STEPS, UNLOADED, undeclared } from './verdict.ts';

/** What is nested deeper, which only a depth budget beyond it can reach, ends the check (contract: OPL C8). */
const MAX_NESTED_GROUPS = 1000;

/**
 * Writes what a membership depends on: the rules of the model, applied to one set and its
 * stored subject sets. The meaning of a model stands here and nowhere else (contract: OPL
 * C3 to C7); depth is counted by the needs of the instructions.
 *
 * The formula of a set never holds the look-up of the subject in the set itself: whoever
 * leads to a set adds it, because it has to be there with more budget, or not at all.
 */
export class Grounder {
  readonly #program: Program;
  readonly #isStrict: boolean;
  readonly #subject: SubjectShape;
  readonly #source: FactSource;
  readonly #nodes: Nodes;
  readonly #formulas: Formulas;
  #isPartial = false;

  constructor(parts: {
    program: Program;
    strict: boolean;
    subject: SubjectShape;
    source: FactSource;
    nodes: Nodes;
    formulas: Formulas;
  }) {
    this.#program = parts.program;
    this.#isStrict = parts.strict;
    this.#subject = parts.subject;
    this.#source = parts.source;
    this.#nodes = parts.nodes;
    this.#formulas = parts.formulas;
  }

  /** A node for the question whether the subject is in a set: the set, and the look-up in it. */
  question(object: number, relation: number): number {
    const question = this.#nodes.add(QUESTION, relation);
    const node = this.#nodes.at(question);
    node.formula = this.#formulas.open(OR, 1);
    this.#addSetWithLookup(object, relation, 0);
    this.#formulas.close(node.formula);
    return question;
  }

  /** Writes the formula of a set's node, with what the source has by now (contract: OPL C3). */
  ground(node: Node): void {
    const declaration = this.#declaration(node.object, node.relation);
    this.#isPartial = false;
    node.formula = this.#formulas.open(OR, 1);
    switch (declaration.kind) {
      case 'undeclared':
        this.#formulas.add(VERDICT, undeclared(node.relation), 1);
        break;
      case 'permit':
        this.#addGroup(node, declaration.body, 0);
        if (!this.#isStrict) this.#addExpansion(node, undefined);
        break;
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
  }

  /** The subject sets of a set: first whether the subject is stored in one of them, then their members (contract: OPL C6). */
  #addExpansion(node: Node, strict: DeclaredRelation | undefined): void {
    const count = this.#open(node.object, node.relation, 1);
    const members: number[] = [];
    for (let i = 0; i < count; i++) {
      const object = this.#source.objectAt(i);
      const relation = this.#source.relationAt(i);
      if (strict !== undefined && !hasType(strict.setTypes, this.#source.namespaceOf(object), relation)) continue;
      const member = this.#nodes.intern(object, relation);
      members.push(member);
      if (this.#isLookedUp(this.#declaration(object, relation))) this.#formulas.add(STORED, member, 1);
    }
    for (const member of members) this.#formulas.add(SET, member, 1);
  }

  /** A group of a permit's body, `spent` levels below its node (contract: OPL C4). */
  #addGroup(node: Node, group: RuleGroup, spent: number): void {
    if (spent >= MAX_NESTED_GROUPS) {
      this.#formulas.add(VERDICT, -OUT_OF_STEPS, spent + 1);
      return;
    }
    const start = this.#formulas.open(group.kind === 'or' ? OR : AND, spent + 1);
    if (group.children.length === 0) {
      // A group without elements has no members, an intersection neither.
      this.#formulas.close(this.#formulas.open(OR, 1));
    } else if (group.kind === 'or') {
      this.#addUnion(node, group, spent);
    } else {
      for (const child of group.children) this.#addOperand(node, child, spent, spent + 1);
    }
    this.#formulas.close(start);
  }

  /** The look-ups under all computed relations come first and cost nothing; what is behind them costs a level. */
  #addUnion(node: Node, group: RuleGroup, spent: number): void {
    for (const child of group.children) {
      if (child.kind !== 'computed') continue;
      if (!this.#isLookedUp(this.#declaration(node.object, child.relation))) continue;
      this.#formulas.add(STORED, this.#nodes.intern(node.object, child.relation), spent + 1);
    }
    for (const child of group.children) {
      if (child.kind !== 'computed') continue;
      this.#formulas.add(SET, this.#nodes.intern(node.object, child.relation), spent + 1);
    }
    for (const child of group.children) {
      if (child.kind !== 'computed') this.#addOperand(node, child, spent, spent + 1);
    }
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
      const count = this.#open(node.object, relation, spent + 1);
      for (let i = 0; i < count; i++) {
        const object = this.#source.objectAt(i);
        const namespace = this.#source.namespaceOf(object);
        // Strict mode follows a row of a declared type's namespace; its relation is not looked at.
        if (this.#isStrict && !types.some((type) => type.namespace === namespace)) continue;
        this.#addHop(object, target, spent + 1);
      }
    }
    this.#formulas.close(start);
  }

  #addSetWithLookup(object: number, relation: number, spent: number): void {
    const start = this.#formulas.open(OR, spent + 1);
    this.#addHop(object, relation, spent);
    this.#formulas.close(start);
  }

  #addHop(object: number, relation: number, spent: number): void {
    const declaration = this.#declaration(object, relation);
    const set = this.#nodes.intern(object, relation);
    // An undeclared relation is an error before its tuples are looked at, except one hop ahead of an expansion.
    if (declaration.kind !== 'undeclared' && this.#isLookedUp(declaration)) {
      this.#formulas.add(STORED, set, spent + 1);
    }
    this.#formulas.add(SET, set, spent);
  }

  /** Opens a set's list of subject sets; when it is not loaded, the formula says so and has to be written again. */
  #open(object: number, relation: number, need: number): number {
    const count = this.#source.openSubjectSets(object, relation);
    if (count !== NOT_LOADED) return count;
    this.#formulas.add(VERDICT, -UNLOADED, need);
    this.#isPartial = true;
    return 0;
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
