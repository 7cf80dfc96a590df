import { parentPort, workerData } from 'node:worker_threads';
import { loadTuples } from '../graph/follow/load-tuples.ts';
import { isOverBudget } from '../graph/namespace-budget.ts';
import { buffersOf } from '../graph/resident/graph-image.ts';
import { ResidentGraph } from '../graph/resident/resident-graph.ts';
import { openPersister } from '../persistence/sql/open-persister.ts';
import type { GraphLoading } from './load-graph-aside.ts';

/** How many tuples are inserted between two looks at the size of the graph. */
const LOOK_EVERY = 1024;

const graph = await load(workerData as GraphLoading); // whoever starts the thread tells it so
const image = graph?.image();
parentPort?.postMessage(image, image === undefined ? [] : buffersOf(image));

/** Undefined when the graph would be too large. */
async function load({ dsn, maxBytes }: GraphLoading): Promise<ResidentGraph | undefined> {
  await using persister = await openPersister({ dsn });
  const graph = new ResidentGraph();
  const tooLarge = new AbortController();
  let untilLook = LOOK_EVERY;
  const insert = (tuple: Parameters<ResidentGraph['insert']>[0]): void => {
    graph.append(tuple); // A scan has each tuple once.
    if (--untilLook > 0) return;
    untilLook = LOOK_EVERY;
    if (isOverBudget(graph, maxBytes)) tooLarge.abort();
  };
  try {
    await loadTuples({ scanner: persister, insert, signal: tooLarge.signal });
    graph.finishAppending();
  } catch (error) {
    if (!tooLarge.signal.aborted) throw error;
  }
  return isOverBudget(graph, maxBytes) ? undefined : graph;
}
