import type { Cancellation } from '../engine/cancellation.ts';
import type { Revision } from '../persistence/revision.ts';
import type { ResidentGraph } from './resident/resident-graph.ts';

/**
 * A graph that follows the database. `graph` and `revision` change between turns of the event loop and in promise
 * jobs of whoever follows: read, evaluate synchronously, done.
 */
export interface FollowedState {
  /** The graph while it is exactly at `revision`; undefined while there is none that can be read. */
  readonly graph: ResidentGraph | undefined;
  /** Of `graph`. */
  readonly revision: Revision;
  /**
   * Resolves when the graph has every write that was acknowledged before the call, with a revision that it has reached;
   * undefined when it cannot be had soon.
   */
  fresh(cancellation?: Cancellation): Promise<Revision | undefined>;
  /**
   * The same for a revision.
   * @throws {SthenoError} `failed_precondition` when it does not come
   */
  awaitRevision(minRevision: Revision, cancellation?: Cancellation): Promise<Revision | undefined>;
  /**
   * Keeps `graph` at its revision until the answer is called, or for as long as others can do without; undefined when
   * it cannot be kept now.
   */
  hold(): (() => void) | undefined;
}
