import type { Edge, PermitNode } from './permit-graph.ts';

/**
 * The strongly connected components of the nodes that are reached from the roots along the edges that are
 * followed (Tarjan, SIAM J. Comput. 1972). By a node's number: the number of its component.
 * Keeps its own stack, so that long chains cannot overflow the call stack.
 */
export function strongComponents(
  roots: readonly PermitNode[],
  nodeCount: number,
  follows: (edge: Edge) => boolean,
): readonly (number | undefined)[] {
  const states = new Array<State | undefined>(nodeCount).fill(undefined);
  const components = new Array<number | undefined>(nodeCount).fill(undefined);
  const open: State[] = [];
  let reached = 0;
  let closed = 0;
  const enter = (node: PermitNode): State => {
    const state = { node, order: reached, lowest: reached, isOpen: true, looked: 0 };
    reached++;
    states[node.number] = state;
    open.push(state);
    return state;
  };

  for (const root of roots) {
    if (states[root.number] !== undefined) continue;
    const path = [enter(root)];
    for (let state = path.at(-1); state !== undefined; state = path.at(-1)) {
      const edge = state.node.edges[state.looked++];
      if (edge !== undefined) {
        if (!follows(edge)) continue;
        const known = states[edge.target.number];
        if (known === undefined) path.push(enter(edge.target));
        else if (known.isOpen) state.lowest = Math.min(state.lowest, known.order);
        continue;
      }
      path.pop();
      const parent = path.at(-1);
      if (parent !== undefined) parent.lowest = Math.min(parent.lowest, state.lowest);
      if (state.lowest === state.order) close(open, state, components, closed++);
    }
  }
  return components;
}

interface State {
  readonly node: PermitNode;
  /** When it was reached. */
  readonly order: number;
  /** The earliest reached node that it leads back to. */
  lowest: number;
  /** Whether its component is not complete yet. */
  isOpen: boolean;
  /** How many of its edges have been looked at. */
  looked: number;
}

/** The component of the first is complete: it and what was reached after it and is still open. */
function close(open: State[], first: State, components: (number | undefined)[], number: number): void {
  for (let member = open.pop(); member !== undefined; member = open.pop()) {
    member.isOpen = false;
    components[member.node.number] = number;
    if (member === first) return;
  }
}
