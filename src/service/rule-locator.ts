import { compileModel } from '../engine/compile-model.ts';
import type { RulePlace } from '../engine/explanation.ts';
import type { Rule } from '../engine/program.ts';
import type { Model, SourcePlace } from '../namespace/model.ts';

/** Finds rules in the documents of a model. */
export class RuleLocator {
  readonly #model: Model;
  /** Of the permits that were asked for: their bodies, and which relation or permit each part of them names first. */
  readonly #permits = new Map<string, PermitBody | undefined>();

  constructor(model: Model) {
    this.#model = model;
  }

  /** Where the relation or permit of the rule is named, or the first one below an operator; undefined without a text. */
  locate({ namespace, permit, position }: RulePlace): SourcePlace | undefined {
    const { places } = this.#model.text;
    const found = places === undefined ? undefined : this.#permit(namespace, permit);
    if (found === undefined) return undefined;
    let rule: Rule | undefined = found.body;
    for (const index of position) rule = rule === undefined ? undefined : operandsOf(rule)[index];
    const first = rule === undefined ? undefined : found.firstOf.get(rule);
    return first === undefined ? undefined : places?.placeOf(namespace, permit, first);
  }

  #permit(namespace: string, permit: string): PermitBody | undefined {
    const key = JSON.stringify([namespace, permit]);
    if (!this.#permits.has(key)) this.#permits.set(key, this.#find(namespace, permit));
    return this.#permits.get(key);
  }

  #find(namespace: string, permit: string): PermitBody | undefined {
    const program = compileModel(this.#model);
    const { symbols } = program;
    const declaration = program.declaration(symbols.intern(namespace), symbols.intern(permit));
    return declaration.kind === 'permit'
      ? { body: declaration.body, firstOf: firstNames(declaration.body) }
      : undefined;
  }
}

interface PermitBody {
  readonly body: Rule;
  /** Counts the names of the body in the order of its text, which simplification keeps. */
  readonly firstOf: ReadonlyMap<Rule, number>;
}

/** Without recursion, as bodies nest without bound. */
function firstNames(body: Rule): ReadonlyMap<Rule, number> {
  const firstOf = new Map<Rule, number>();
  const pending: Rule[] = [body];
  let named = 0;
  for (let rule = pending.pop(); rule !== undefined; rule = pending.pop()) {
    firstOf.set(rule, named);
    const operands = operandsOf(rule);
    if (operands.length === 0) named++;
    for (let i = operands.length - 1; i >= 0; i--) pending.push(operands[i] as Rule); // it is within the list
  }
  return firstOf;
}

function operandsOf(rule: Rule): readonly Rule[] {
  switch (rule.kind) {
    case 'or':
    case 'and':
      return rule.children;
    case 'not':
      return [rule.child];
    case 'computed':
    case 'traverse':
      return [];
  }
}
