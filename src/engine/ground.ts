import { NOT_LOADED } from './fact-source.ts';
import type { Formulas } from './formulas.ts';
import type { Node, Nodes } from './nodes.ts';
import { OUT_OF_DEPTH, type RelationNames } from './verdict.ts';
import type { Leaves } from './weigh.ts';

/** What settling works on; the nodes' knowledge is read and completed. */
export interface Ground {
  readonly nodes: Nodes;
  readonly formulas: Formulas;
  readonly names: RelationNames;
  /** Writes a node's formula; undefined if it has one. It yields the steps it has taken, and nothing else is grounded in between. */
  readonly ground: (node: Node) => Iterable<number> | undefined;
  /** Whether the subject is stored directly in the node's set: 1, 0 or `NOT_LOADED`. */
  readonly isStored: (node: Node) => number;
}

/** What the leaves of formulas are worth, where everything within the depth is loaded. */
export function leavesOf({ nodes, names, isStored }: Ground, set: Leaves['set']): Leaves {
  return {
    names,
    set,
    stored: (index) => {
      const stored = isStored(nodes.at(index));
      // Only a look-up that lies beyond the depth has not been loaded.
      return stored === NOT_LOADED ? -OUT_OF_DEPTH : stored;
    },
  };
}
