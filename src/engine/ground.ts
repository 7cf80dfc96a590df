import type { Formulas } from './formulas.ts';
import type { Node, Nodes } from './nodes.ts';
import type { RelationNames } from './verdict.ts';

/** What settling works on; the nodes' knowledge is read and completed. */
export interface Ground {
  readonly nodes: Nodes;
  readonly formulas: Formulas;
  readonly names: RelationNames;
  /** Writes a node's formula if it has none. */
  ground(node: Node): void;
  /** Whether the subject is stored directly in the node's set: 1, 0 or `NOT_LOADED`. */
  isStored(node: Node): number;
}
