import type { EvaluationOptions, List, Listed } from '../../engine/permission-engine.ts';
import type { FollowedState } from '../followed-state.ts';
import { GraphMoved, GraphTurns } from './graph-turns.ts';
import type { LookupFacts } from './lookup-facts.ts';
import type { RecentCandidates } from './recent-candidates.ts';
import { ResidentLookup } from './resident-lookup.ts';

/** How often a long list is begun because the graph moved on; the last time the graph is asked to stay as it is. */
const MAX_TRIES = 3;

/** Makes a list from one state of the graph; undefined when it does not stay long enough. */
export async function listFromGraph<T>(
  state: FollowedState,
  { options, maxSteps, recent }: { options: EvaluationOptions; maxSteps: number; recent: RecentCandidates },
  make: (facts: LookupFacts) => Promise<Listed<T>>,
): Promise<List<T> | undefined> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const release = tries === MAX_TRIES - 1 ? state.hold() : undefined;
    try {
      const turns = new GraphTurns(state, options.cancellation);
      const list = await make(new ResidentLookup({ turns, options, maxSteps, recent }));
      return { ...list, revision: turns.revision, source: 'graph' };
    } catch (error) {
      if (!(error instanceof GraphMoved)) throw error;
    } finally {
      release?.();
    }
  }
  return undefined;
}
