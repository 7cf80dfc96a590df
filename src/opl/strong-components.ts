/**
 * The strongly connected components of a graph (Tarjan, SIAM J. Comput. 1972), each before those
 * that lead to it. Keeps its own stack, so that long chains cannot overflow the call stack.
 */
export function strongComponents<Node>(nodes: readonly Node[], successors: (node: Node) => readonly Node[]): Node[][] {
  const states = new Map<Node, State<Node>>();
  const components: Node[][] = [];
  const open: State<Node>[] = [];
  const enter = (node: Node): State<Node> => {
    const order = states.size;
    const state = { node, order, lowest: order, isOpen: true, successors: successors(node), visited: 0 };
    states.set(node, state);
    open.push(state);
    return state;
  };

  for (const root of nodes) {
    if (states.has(root)) continue;
    const path = [enter(root)];
    for (let state = path.at(-1); state !== undefined; state = path.at(-1)) {
      const next = state.successors[state.visited++];
      if (next !== undefined) {
        const known = states.get(next);
        if (known === undefined) path.push(enter(next));
        else if (known.isOpen) state.lowest = Math.min(state.lowest, known.order);
        continue;
      }
      path.pop();
      const parent = path.at(-1);
      if (parent !== undefined) parent.lowest = Math.min(parent.lowest, state.lowest);
      if (state.lowest === state.order) components.push(closeComponent(open, state));
    }
  }
  return components;
}

interface State<Node> {
  readonly node: Node;
  /** When it was reached. */
  readonly order: number;
  /** The earliest reached node that it leads back to. */
  lowest: number;
  /** Whether its component is not complete yet. */
  isOpen: boolean;
  readonly successors: readonly Node[];
  visited: number;
}

function closeComponent<Node>(open: State<Node>[], first: State<Node>): Node[] {
  const members = open.splice(open.lastIndexOf(first));
  for (const member of members) member.isOpen = false;
  return members.map(({ node }) => node);
}
