import { type FollowedStorage, GraphFollower } from '../../../src/graph/follow/graph-follower.ts';
import { eventually } from '../../support/eventually.ts';
import { MapGraph } from './map-graph.ts';

export type FollowOptions = Partial<ConstructorParameters<typeof GraphFollower<MapGraph>>[0]>;
/** With the reasons of what failed. */
export type Follower = GraphFollower<MapGraph> & { readonly failures: string[] };

export function startFollower(persister: FollowedStorage, options: FollowOptions = {}): Follower {
  const failures: string[] = [];
  const follower = new GraphFollower<MapGraph>({
    persister,
    createGraph: () => new MapGraph(),
    minRetryMs: 10,
    observer: {
      failed: ({ reason }) => {
        failures.push(reason);
      },
    },
    ...options,
  });
  follower.start();
  return Object.assign(follower, { failures });
}

/** The follower, once its graph is followed. */
export async function following(follower: Follower): Promise<Follower> {
  await eventually(() => follower.state.kind === 'following');
  return follower;
}
