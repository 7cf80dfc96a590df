import { setImmediate } from 'node:timers/promises';
import { GraphFollower } from '../../src/graph/follow/graph-follower.ts';
import { GraphPermissionEngine } from '../../src/graph/graph-permission-engine.ts';
import { JointStorage } from '../../src/graph/joint-storage.ts';
import { ResidentGraph } from '../../src/graph/resident/resident-graph.ts';
import { SqlPermissionEngine } from '../../src/graph/sql-permission-engine.ts';
import type { Persister } from '../../src/persistence/persister.ts';

/** An engine with a graph that follows a database, as the server has it; a test says which namespaces do not fit. */
export class GraphEngine implements AsyncDisposable {
  readonly engine: GraphPermissionEngine;
  readonly follower: GraphFollower<ResidentGraph>;
  readonly #absentNames = new Set<string>();
  readonly #absent = new Set<number>();

  constructor(persister: Persister) {
    this.follower = new GraphFollower<ResidentGraph>({
      persister,
      createGraph: () => this.#createGraph(),
      accepts: (namespace) => !this.#absentNames.has(namespace),
      minRetryMs: 0,
    });
    const isAbsent = (namespace: string): boolean => this.#absentNames.has(namespace);
    const joint = new JointStorage({ state: this.follower, storage: persister, isAbsent });
    this.engine = new GraphPermissionEngine({
      state: this.follower,
      budget: { absent: this.#absent, isAbsent },
      database: new SqlPermissionEngine({ persister }),
      both: new SqlPermissionEngine({ persister: joint, source: 'both' }),
    });
    this.follower.start();
  }

  /** Resolves when the graph answers. */
  async following(): Promise<void> {
    while (this.follower.graph === undefined) await setImmediate();
  }

  /** From now on exactly these namespaces do not fit. */
  leaveOut(namespaces: readonly string[]): void {
    this.#absentNames.clear();
    for (const namespace of namespaces) this.#absentNames.add(namespace);
    this.follower.reload();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.follower[Symbol.asyncDispose]();
  }

  #createGraph(): ResidentGraph {
    const graph = new ResidentGraph();
    this.#absent.clear();
    for (const name of this.#absentNames) this.#absent.add(graph.names.intern(name));
    return graph;
  }
}
