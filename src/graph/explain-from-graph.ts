import type { ExplainOptions, ExplainResult } from '../engine/permission-engine.ts';
import type { Revision } from '../persistence/revision.ts';
import type { Facts, Frontier, TupleReader } from '../persistence/tuple-reader.ts';
import type { RelationTuple } from '../tuple/relation-tuple.ts';
import type { EvaluationPool } from './evaluation-pool.ts';
import { explainCheck } from './explain-check.ts';
import type { FollowedState } from './followed-state.ts';
import type { ResidentGraph } from './resident/resident-graph.ts';
import { subjectSetsOf } from './subject-sets-of.ts';

/**
 * Explains an answer at the revision that the graph has now. Undefined when the graph cannot do it: it moved on in
 * between, or lacks a namespace on the way.
 *
 * The facts are copied out of the graph level by level, as from a database, because the formulas over facts at hand
 * leave out what decides nothing, and an explanation shows that too.
 */
export async function explainFromGraph(
  question: RelationTuple,
  options: ExplainOptions & { readonly maxCheckSteps: number; readonly pool: EvaluationPool },
  { state, isAbsent }: { state: FollowedState; isAbsent: (namespace: string) => boolean },
): Promise<ExplainResult | undefined> {
  const { graph, revision } = state;
  if (graph === undefined) return undefined;
  const isThere = (namespace: string): boolean => {
    return state.graph === graph && state.revision === revision && !isAbsent(namespace);
  };
  const release = state.hold();
  try {
    return await explainCheck(question, { ...options, reader: readerOf(graph, revision, isThere) });
  } catch (error) {
    if (error instanceof NotInGraph) return undefined;
    throw error;
  } finally {
    release?.();
  }
}

class NotInGraph extends Error {}

function readerOf(
  graph: ResidentGraph,
  revision: Revision,
  isThere: (namespace: string) => boolean,
): Pick<TupleReader, 'readRevision' | 'readFacts'> {
  return {
    readRevision: async () => revision,
    readFacts: async ({ tuples, sets }: Frontier): Promise<Facts> => {
      const areThere = [...tuples, ...sets].every(({ namespace }) => isThere(namespace));
      if (!areThere) throw new NotInGraph();
      return {
        revision,
        stored: tuples.map((tuple) => graph.has(tuple)),
        subjectSets: sets.map((set) => subjectSetsOf(graph, set)),
      };
    },
  };
}
