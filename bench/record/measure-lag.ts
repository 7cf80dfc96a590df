import { Latencies } from '../load/latencies.ts';
import type { BenchedServer, Endpoint } from './endpoint.ts';
import { tupleJson } from './load-dataset.ts';
import type { Measurement } from './measurement.ts';
import { untilGraphLoaded } from './server-metrics.ts';

const WRITES = 300;
/** Apart from those that other measurements write. */
const FIRST_NEW_TUPLE = 50_000_000;
const LIMIT_MS = 10_000;

/** From the acknowledgement of a write at one instance until another one shows it to a request that asks for no freshness. */
export async function measureLag(
  start: () => Promise<BenchedServer>,
  { dataset, log }: Pick<Measurement, 'dataset' | 'log'>,
): Promise<void> {
  await using writer = await start();
  await using reader = await start();
  for (const { endpoint } of [writer, reader]) await untilGraphLoaded(endpoint);
  const lags = new Latencies();
  for (let index = 0; index < WRITES; index++) {
    const tuple = tupleJson(dataset.newTuple(FIRST_NEW_TUPLE + index));
    await write(writer.endpoint, tuple);
    const acknowledged = performance.now();
    while (!(await isVisible(reader.endpoint, tuple))) {
      if (performance.now() - acknowledged > LIMIT_MS) throw new Error(`a write was not visible after ${LIMIT_MS} ms`);
    }
    lags.add(performance.now() - acknowledged);
  }
  const place = { server: writer.endpoint.name, dataset: dataset.name, unit: 'ms' };
  const title = 'a write is visible on another instance';
  log.addFigure({ ...place, kind: 'lag-p50', title: `${title}, p50`, value: lags.percentile(0.5) });
  log.addFigure({ ...place, kind: 'lag-p99', title: `${title}, p99`, value: lags.percentile(0.99) });
}

async function write({ host, writePort }: Endpoint, tuple: object): Promise<void> {
  const answer = await fetch(`http://${host}:${writePort}/admin/relation-tuples`, {
    method: 'PUT',
    body: JSON.stringify(tuple),
  });
  if (answer.status !== 201) throw new Error(`writing: ${answer.status} ${await answer.text()}`);
  await answer.arrayBuffer();
}

async function isVisible({ host, readPort }: Endpoint, tuple: object): Promise<boolean> {
  const answer = await fetch(`http://${host}:${readPort}/relation-tuples/check/openapi`, {
    method: 'POST',
    body: JSON.stringify(tuple),
    headers: { 'stheno-consistency': 'minimize-latency' },
  });
  const { allowed } = (await answer.json()) as { allowed?: boolean };
  return allowed === true;
}
