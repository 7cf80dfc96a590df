import type { Model } from '../namespace/model.ts';
import type { Namespace, Relation, RewriteChild, SubjectSetRewrite } from '../namespace/namespace.ts';
import type { Declaration, Program, Rule, RuleGroup, TypePair } from './program.ts';
import { Symbols } from './symbols.ts';

const NONE: Declaration = { kind: 'none' };
const UNDECLARED: Declaration = { kind: 'undeclared' };

const compiled = new WeakMap<Model, Program>();

/** The program of a model; compiled once, as a model never changes. */
export function compileModel(model: Model): Program {
  let program = compiled.get(model);
  if (program === undefined) {
    program = new CompiledModel(model);
    compiled.set(model, program);
  }
  return program;
}

class CompiledModel implements Program {
  readonly symbols: Symbols = new Symbols();
  /** By the namespace's number; undefined where nothing is declared. */
  readonly #declarations: (ReadonlyMap<number, Declaration> | undefined)[] = [];
  readonly #empty: number;

  constructor(model: Model) {
    this.#empty = this.symbols.intern('');
    for (const namespace of model.list()) {
      if (namespace.relations.length === 0) continue;
      this.#declarations[this.symbols.intern(namespace.name)] = this.#compileNamespace(namespace);
    }
  }

  declaration(namespace: number, relation: number): Declaration {
    const declarations = this.#declarations[namespace];
    if (declarations === undefined || relation === this.#empty) return NONE;
    return declarations.get(relation) ?? UNDECLARED;
  }

  #compileNamespace(namespace: Namespace): ReadonlyMap<number, Declaration> {
    const declarations = new Map<number, Declaration>();
    for (const relation of namespace.relations) {
      const number = this.symbols.intern(relation.name);
      // Of relations of one name the first counts, as in Model.
      if (!declarations.has(number)) declarations.set(number, this.#compileRelation(relation));
    }
    return declarations;
  }

  #compileRelation({ types, rewrite }: Relation): Declaration {
    if (rewrite !== undefined) return { kind: 'permit', body: this.#compileGroup(rewrite) };
    const pairs: TypePair[] = types.map(({ namespace, relation }) => ({
      namespace: this.symbols.intern(namespace),
      relation: this.symbols.intern(relation),
    }));
    return { kind: 'relation', types: pairs, setTypes: pairs.filter(({ relation }) => relation !== this.#empty) };
  }

  #compileGroup({ kind, children }: SubjectSetRewrite): RuleGroup {
    const operator = kind === 'union' ? 'or' : 'and';
    return { kind: operator, children: children.flatMap((child) => dissolve(this.#compileChild(child), operator)) };
  }

  #compileChild(child: RewriteChild): Rule {
    switch (child.kind) {
      case 'union':
      case 'intersection':
        return this.#compileGroup(child);
      case 'computed':
        return { kind: 'computed', relation: this.symbols.intern(child.relation) };
      case 'traverse':
        return {
          kind: 'traverse',
          relation: this.symbols.intern(child.relation),
          target: this.symbols.intern(child.computedRelation),
        };
      case 'invert':
        return { kind: 'not', child: this.#compileChild(child.child) };
    }
  }
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
