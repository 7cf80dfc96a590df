import type { Revision } from '../../persistence/revision.ts';

/** Is told what happens to a graph, to log and count it. */
export interface GraphObserver {
  /** The graph has every tuple and answers from now on. */
  loaded?(loaded: { readonly revision: Revision; readonly durationMs: number }): void;
  /** The graph does not answer any more; it is built anew after `retryMs`. */
  failed?(failure: { readonly reason: string; readonly cause: unknown; readonly retryMs: number }): void;
}
