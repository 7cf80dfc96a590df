import type { EvaluationOptions } from '../../engine/permission-engine.ts';
import type { Model } from '../../namespace/model.ts';
import type { Revision } from '../../persistence/revision.ts';
import type { ResidentGraph } from '../resident/resident-graph.ts';
import type { OrderedCandidates, TextPlace } from './ordered-candidates.ts';

/** Together; each takes about 20 bytes. */
const MAX_CANDIDATES = 1_000_000;
/** So that short lists, whose keys may be long, take no more memory than long ones. */
const MIN_COUNTED = 1000;

/** What a list is made from, and how. */
export interface Asked {
  readonly graph: ResidentGraph;
  readonly revision: Revision;
  readonly options: EvaluationOptions;
  /** Equal for equal questions only. */
  readonly question: string;
}

interface Recent {
  readonly revision: Revision;
  readonly model: Model;
  /** By question, those that were asked longest ago first. */
  readonly lists: Map<string, OrderedCandidates<unknown>>;
  count: number;
}

/** The candidates of the last lists, so that the next pages of a list cost only their own: for one revision and model. */
export class RecentCandidates {
  /** By graph, so that none is kept for them. */
  readonly #recent = new WeakMap<ResidentGraph, Recent>();

  /** Those that have all candidates behind a place. The caller knows what type they are of by the question. */
  find(asked: Asked, after: TextPlace | undefined): OrderedCandidates<unknown> | undefined {
    const recent = this.#at(asked);
    const key = keyOf(asked);
    const found = recent.lists.get(key);
    if (found?.hasAllBehind(after) !== true) return undefined;
    recent.lists.delete(key);
    recent.lists.set(key, found);
    return found;
  }

  add(asked: Asked, candidates: OrderedCandidates<unknown>): void {
    const recent = this.#at(asked);
    const key = keyOf(asked);
    remove(recent, key);
    recent.lists.set(key, candidates);
    recent.count += countOf(candidates);
    for (const eldest of recent.lists.keys()) {
      if (recent.count <= MAX_CANDIDATES) break;
      remove(recent, eldest);
    }
  }

  #at({ graph, revision, options }: Asked): Recent {
    let recent = this.#recent.get(graph);
    if (recent?.revision !== revision || recent.model !== options.model) {
      recent = { revision, model: options.model, lists: new Map(), count: 0 };
      this.#recent.set(graph, recent);
    }
    return recent;
  }
}

function keyOf({ question, options }: Asked): string {
  return `${options.strict ? 'strict' : 'lax'} ${options.maxDepth} ${question}`;
}

function countOf({ candidates }: OrderedCandidates<unknown>): number {
  return Math.max(MIN_COUNTED, candidates.memberships.length);
}

function remove(recent: Recent, key: string): void {
  const removed = recent.lists.get(key);
  if (removed === undefined) return;
  recent.lists.delete(key);
  recent.count -= countOf(removed);
}
