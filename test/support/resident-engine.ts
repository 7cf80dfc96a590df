import { GraphPermissionEngine } from '../../src/graph/graph-permission-engine.ts';
import { ResidentGraph } from '../../src/graph/resident/resident-graph.ts';
import { SqlPermissionEngine } from '../../src/graph/sql-permission-engine.ts';
import type { RelationTuple } from '../../src/tuple/relation-tuple.ts';
import { MemoryReader } from './memory-reader.ts';

/** An engine whose graph has all tuples and stays as it is: nothing is ever asked of a database, which has none. */
export function residentEngine(tuples: readonly RelationTuple[]): GraphPermissionEngine {
  const graph = new ResidentGraph();
  for (const tuple of tuples) graph.insert(tuple);
  const database = new SqlPermissionEngine({ persister: new MemoryReader([]) });
  return new GraphPermissionEngine({
    state: { graph, revision: 1, fresh: async () => 1, awaitRevision: async () => 1, hold: () => () => {} },
    budget: { absent: new Set(), isAbsent: () => false },
    database,
    both: database,
  });
}
