import type { Cancellation } from '../../engine/cancellation.ts';
import type { Revision } from '../../persistence/revision.ts';
import type { FollowedState } from '../followed-state.ts';
import type { ResidentGraph } from '../resident/resident-graph.ts';
import { SharedTurns } from './shared-turns.ts';

/** The graph is not any more what the work began with. */
export class GraphMoved extends Error {}

/** Long work on one state of the graph, with turns for others in between. */
export class GraphTurns {
  readonly graph: ResidentGraph;
  readonly revision: Revision;
  readonly #state: FollowedState;
  readonly #turns: SharedTurns;

  /** @throws {GraphMoved} when there is no graph */
  constructor(state: FollowedState, cancellation: Cancellation | undefined) {
    if (state.graph === undefined) throw new GraphMoved();
    this.graph = state.graph;
    this.revision = state.revision;
    this.#state = state;
    this.#turns = new SharedTurns(cancellation);
  }

  /** Lets others run when it is their turn. @throws {GraphMoved}, and {SthenoError} when the request was given up */
  pause(): Promise<void> | undefined {
    return this.#turns.pause()?.then(() => this.#requireSame());
  }

  #requireSame(): void {
    if (this.#state.graph !== this.graph || this.#state.revision !== this.revision) throw new GraphMoved();
  }
}
