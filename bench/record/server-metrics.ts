import { setTimeout as sleep } from 'node:timers/promises';
import type { Endpoint } from './endpoint.ts';

const LOAD_LIMIT_MS = 120_000;
const POLL_MS = 20;

/** All metrics of a server in Prometheus' text format. */
export async function readMetrics({ host, metricsPort }: Endpoint): Promise<string> {
  const answer = await fetch(`http://${host}:${metricsPort}/metrics/prometheus`);
  return await answer.text();
}

/** The value of a metric without labels; undefined when there is none. */
export function metricValue(metrics: string, name: string): number | undefined {
  const value = new RegExp(`^${name} (\\S+)$`, 'm').exec(metrics)?.[1];
  return value === undefined ? undefined : Number(value);
}

/** Resolves when the graph of the server is complete and followed. @throws when that takes minutes */
export async function untilGraphLoaded(endpoint: Endpoint): Promise<void> {
  const giveUpAt = performance.now() + LOAD_LIMIT_MS;
  while (metricValue(await readMetrics(endpoint), 'stheno_graph_following') !== 1) {
    if (performance.now() > giveUpAt) throw new Error(`the graph was not loaded within ${LOAD_LIMIT_MS} ms`);
    await sleep(POLL_MS);
  }
}
