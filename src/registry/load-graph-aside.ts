import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { GraphImage } from '../graph/resident/graph-image.ts';
import { ResidentGraph } from '../graph/resident/resident-graph.ts';

/**
 * The program of the thread: found among the compiled modules, and from the files of the bundled program, which lie as
 * deep. The sources have none, as Node.js 20 does not let a thread read TypeScript the way its parent does.
 */
export const LOADING_THREAD: URL | undefined =
  path.extname(import.meta.url) === '.js' ? new URL('../registry/graph-loading-thread.js', import.meta.url) : undefined;

/** What the thread is told. */
export interface GraphLoading {
  readonly dsn: string;
  /** What the graph may take. */
  readonly maxBytes: number;
}

/**
 * Reads all tuples of a database and fills a graph with them in a thread of its own, on a connection of its own, and ends
 * the thread. Undefined when the graph would be too large.
 * @throws the signal's reason, and whatever happens in the thread
 */
export async function loadGraphAside(
  thread: URL,
  loading: GraphLoading,
  signal: AbortSignal,
): Promise<ResidentGraph | undefined> {
  signal.throwIfAborted();
  const worker = new Worker(thread, { workerData: loading });
  try {
    const image = await answerOf(worker, signal);
    return image && new ResidentGraph(image);
  } finally {
    await worker.terminate();
  }
}

function answerOf(worker: Worker, signal: AbortSignal): Promise<GraphImage | undefined> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the thread that loads the graph ended without an answer')));
  });
}
