import type { Model } from '../namespace/model.ts';
import type {
  ComputedSubjectSet,
  InvertResult,
  Namespace,
  Relation,
  RewriteChild,
  SubjectSetRewrite,
  TupleToSubjectSet,
} from '../namespace/namespace.ts';
import type { Declaration, Program, Rule, RuleGroup, TypePair } from './program.ts';
import { Symbols } from './symbols.ts';

const NONE: Declaration = { kind: 'none' };
const UNDECLARED: Declaration = { kind: 'undeclared' };

/** In the place of symbols, for the programs that have symbols of their own. */
const OWN = {};
const compiled = new WeakMap<object, WeakMap<Model, Program>>();

/**
 * The program of a model; compiled once, as a model never changes. With `symbols` its names
 * get their numbers there, so that it can be evaluated on what has its numbers from there too.
 */
export function compileModel(model: Model, symbols?: Symbols): Program {
  const key = symbols ?? OWN;
  let programs = compiled.get(key);
  if (programs === undefined) {
    programs = new WeakMap();
    compiled.set(key, programs);
  }
  let program = programs.get(model);
  if (program === undefined) {
    program = new CompiledModel(model, symbols ?? new Symbols());
    programs.set(model, program);
  }
  return program;
}

class CompiledModel implements Program {
  readonly symbols: Symbols;
  /** By the numbers of namespace and relation; a namespace without declarations has no entry. */
  readonly #declarations: (readonly (Declaration | undefined)[] | undefined)[] = [];
  readonly #empty: number;

  constructor(model: Model, symbols: Symbols) {
    this.symbols = symbols;
    this.#empty = this.symbols.intern('');
    for (const namespace of model.list()) {
      const number = this.symbols.intern(namespace.name);
      if (namespace.relations.length > 0) this.#declarations[number] = this.#compileNamespace(namespace);
    }
  }

  declaration(namespace: number, relation: number): Declaration {
    const declarations = this.#declarations[namespace];
    if (declarations === undefined || relation === this.#empty) return NONE;
    return declarations[relation] ?? UNDECLARED;
  }

  #compileNamespace(namespace: Namespace): readonly (Declaration | undefined)[] {
    const declarations: (Declaration | undefined)[] = [];
    for (const relation of namespace.relations) {
      const number = this.symbols.intern(relation.name);
      // Of relations of one name the first counts, as in Model.
      declarations[number] ??= this.#compileRelation(relation);
    }
    return declarations;
  }

  #compileRelation({ types, rewrite }: Relation): Declaration {
    if (rewrite !== undefined) return { kind: 'permit', body: this.#compileBody(rewrite) };
    const pairs: TypePair[] = types.map(({ namespace, relation }) => ({
      namespace: this.symbols.intern(namespace),
      relation: this.symbols.intern(relation),
    }));
    return { kind: 'relation', types: pairs, setTypes: pairs.filter(({ relation }) => relation !== this.#empty) };
  }

  /** Without recursion: a body without parentheses nests a level deeper wherever its operator changes. */
  #compileBody(rewrite: SubjectSetRewrite): RuleGroup {
    const way: OpenRule[] = [];
    let open = openRewrite(rewrite);
    for (;;) {
      const child = open.children[open.next++];
      if (child === undefined) {
        const parent = way.pop();
        if (parent === undefined) return { kind: rewrite.kind === 'union' ? 'or' : 'and', children: open.rules };
        addRule(parent, closeRule(open));
        open = parent;
      } else if (child.kind === 'computed' || child.kind === 'traverse') {
        addRule(open, this.#compileLeaf(child));
      } else {
        way.push(open);
        open = openRewrite(child);
      }
    }
  }

  #compileLeaf(leaf: ComputedSubjectSet | TupleToSubjectSet): Rule {
    const relation = this.symbols.intern(leaf.relation);
    if (leaf.kind === 'computed') return { kind: 'computed', relation };
    return { kind: 'traverse', relation, target: this.symbols.intern(leaf.computedRelation) };
  }
}

/** An operator whose operands are being compiled. */
interface OpenRule {
  readonly kind: 'or' | 'and' | 'not';
  readonly children: readonly RewriteChild[];
  /** The operand that is next. */
  next: number;
  readonly rules: Rule[];
}

function openRewrite(rewrite: SubjectSetRewrite | InvertResult): OpenRule {
  if (rewrite.kind === 'invert') return { kind: 'not', children: [rewrite.child], next: 0, rules: [] };
  return { kind: rewrite.kind === 'union' ? 'or' : 'and', children: rewrite.children, next: 0, rules: [] };
}

function closeRule({ kind, rules }: OpenRule): Rule {
  if (kind !== 'not') return { kind, children: rules };
  return { kind, child: rules[0] as Rule }; // a negation has one operand
}

function addRule({ kind, rules }: OpenRule, rule: Rule): void {
  if (kind === 'not') rules.push(rule);
  else for (const part of dissolve(rule, kind)) rules.push(part);
}

/**
 * What a child contributes to a group (contract: OPL B2): a group of one element is that
 * element, a group of the same operator its elements. A group right below a `!` stays.
 */
function dissolve(child: Rule, operator: RuleGroup['kind']): readonly Rule[] {
  if (child.kind !== 'or' && child.kind !== 'and') return [child];
  const only = child.children.length === 1 ? child.children[0] : undefined;
  if (only !== undefined) return dissolve(only, operator);
  return child.kind === operator ? child.children : [child];
}
