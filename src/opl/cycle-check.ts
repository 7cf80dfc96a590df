import type { DeclarationIndex } from './declaration-index.ts';
import { type Edge, PermitGraph, type PermitNode } from './permit-graph.ts';
import { type Finding, placeIn } from './place.ts';
import { strongComponents } from './strong-components.ts';

/** How many permits of a long cycle a message names. */
const MAX_SHOWN = 20;

export interface CycleFindings {
  /** Permits that contradict themselves: a cycle with a step below a `!`. They have no meaning. */
  readonly errors: readonly Finding[];
  /** Permits of one object that lead back to themselves: the cycle adds nothing to who has them. */
  readonly warnings: readonly Finding[];
}

/** Looks for permits that refer to each other in a circle; one finding for each group of them. */
export function checkCycles(index: DeclarationIndex): CycleFindings {
  const nodes = new PermitGraph(index).nodes();
  const contradictions = findCycles(nodes, { follow: () => true, require: ({ isNegated }) => isNegated });
  // A circle through a traverse is how hierarchies are written; one on the same object is a mistake.
  const isSameObject = ({ isTraverse }: Edge): boolean => !isTraverse;
  const loops = findCycles(nodes, { follow: isSameObject, require: isSameObject });
  return {
    errors: contradictions.map((cycle) => describe(cycle, (path) => `permits contradict themselves: ${path}`)),
    warnings: loops.map((cycle) =>
      describe(cycle, (path) => `permits refer to each other in a circle, which grants nothing: ${path}`),
    ),
  };
}

interface Step {
  readonly from: PermitNode;
  readonly edge: Edge;
}

type Cycle = readonly [Step, ...Step[]];

/** One cycle of every group of nodes that followed edges connect, beginning with a required edge. */
function findCycles(
  nodes: readonly PermitNode[],
  edges: { follow: (edge: Edge) => boolean; require: (edge: Edge) => boolean },
): Cycle[] {
  const candidates = nodes.filter((node) => node.edges.some(edges.require));
  const components = strongComponents(candidates, nodes.length, edges.follow);
  const cycles: Cycle[] = [];
  const done = new Set<number | undefined>();
  // In source order, whatever the order in which the components were found.
  for (const from of candidates) {
    const component = components[from.number];
    if (done.has(component)) continue;
    const isInside = (edge: Edge): boolean => edges.follow(edge) && components[edge.target.number] === component;
    const edge = from.edges.find((candidate) => isInside(candidate) && edges.require(candidate));
    if (edge === undefined) continue;
    done.add(component);
    cycles.push([{ from, edge }, ...findPath(edge.target, from, isInside)]);
  }
  return cycles;
}

/** A shortest path along the edges, which lead from everywhere to everywhere. */
function findPath(start: PermitNode, goal: PermitNode, isInside: (edge: Edge) => boolean): Step[] {
  const reachedBy = new Map<PermitNode, Step | undefined>([[start, undefined]]);
  for (const from of reachedBy.keys()) {
    if (from === goal) break;
    for (const edge of from.edges) {
      if (isInside(edge) && !reachedBy.has(edge.target)) reachedBy.set(edge.target, { from, edge });
    }
  }
  const path: Step[] = [];
  for (let step = reachedBy.get(goal); step !== undefined; step = reachedBy.get(step.from)) path.push(step);
  return path.reverse();
}

function describe(cycle: Cycle, message: (path: string) => string): Finding {
  const [{ from, edge }] = cycle;
  return { place: placeIn(from.declaration.source, edge.span), message: message(formatPath(cycle)) };
}

/** `A.x -> !A.y -> A.x`: the permits along the cycle, those below a `!` marked. */
function formatPath(cycle: Cycle): string {
  const names: string[] = [];
  let isNegated = false;
  for (const { from, edge } of [...cycle, cycle[0]]) {
    if (from.permit !== undefined) {
      names.push(`${isNegated ? '!' : ''}${from.declaration.name}.${from.permit.relation.name}`);
      isNegated = false;
    }
    isNegated ||= edge.isNegated;
  }
  const [last] = names.splice(-1);
  const shown = names.length > MAX_SHOWN ? [...names.slice(0, MAX_SHOWN), '...'] : names;
  return [...shown, last].join(' -> ');
}
