import type { Symbols } from './symbols.ts';

/** A model compiled to integers: every name is a number of `symbols`. */
export interface Program {
  readonly symbols: Symbols;
  /** What a check of `namespace#relation` finds (contract: OPL C3). */
  declaration(namespace: number, relation: number): Declaration;
}

/**
 * - `none`: nothing is declared, so everything may be stored and asked for
 * - `undeclared`: the namespace has declarations, but not this one
 */
export type Declaration =
  | { readonly kind: 'none' }
  | { readonly kind: 'undeclared' }
  | DeclaredRelation
  | DeclaredPermit;

export interface DeclaredRelation {
  readonly kind: 'relation';
  /** Every declared type, also those without a relation. */
  readonly types: readonly TypePair[];
  /** The types that are subject sets: strict mode expands only these (contract: OPL C3). */
  readonly setTypes: readonly TypePair[];
}

export interface DeclaredPermit {
  readonly kind: 'permit';
  readonly body: RuleGroup;
}

export interface TypePair {
  readonly namespace: number;
  readonly relation: number;
}

/** The body of a permit after simplification (contract: OPL B2). */
export type Rule = RuleGroup | ComputedRule | TraverseRule | NotRule;

export interface RuleGroup {
  readonly kind: 'or' | 'and';
  readonly children: readonly Rule[];
}

export interface ComputedRule {
  readonly kind: 'computed';
  readonly relation: number;
}

export interface TraverseRule {
  readonly kind: 'traverse';
  readonly relation: number;
  readonly target: number;
}

export interface NotRule {
  readonly kind: 'not';
  readonly child: Rule;
}
