import type { RelationTuple } from '../tuple/relation-tuple.ts';
import type { PagePosition } from './tuple-reader.ts';

export interface ScanPage {
  /** In the order of listings: every stored tuple behind the position and before `next`, at one revision between the call and its answer. */
  readonly tuples: readonly RelationTuple[];
  /** For `after` of the page that follows; undefined when none does. */
  readonly next: PagePosition | undefined;
}

/** Reads all tuples of the network, with as little work for each as can be. */
export interface TupleScanner {
  /** One page of at most `limit` tuples. Each page has a revision of its own. */
  scanTuples(options: {
    limit: number;
    after?: PagePosition | undefined;
    signal?: AbortSignal | undefined;
  }): Promise<ScanPage>;
}
