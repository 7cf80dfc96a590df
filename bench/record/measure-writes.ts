import { CHECK_PATH } from '../questions.ts';
import { classRequests, newTupleWrites, WRITE_PATH } from './class-questions.ts';
import { driveRows, type Pace, type Plan, WARM_UP_MS } from './drive-rows.ts';
import type { BenchedServer } from './endpoint.ts';
import type { Measurement } from './measurement.ts';
import { untilGraphLoaded } from './server-metrics.ts';

const WRITERS = [1, 16, 128];
/** More than any server manages: a write is never sent twice, and running out of them ends the measurement. */
const MAX_WRITES_PER_MS = 25;
/** Of the writes of each row, as many of those that were acknowledged first are asked for afterwards. */
const READ_BACK = 200;

/** Single durable writes: one new tuple in each request, acknowledged when it is stored. */
export async function measureWrites(
  start: () => Promise<BenchedServer>,
  { dataset, options, generator, log }: Measurement,
): Promise<void> {
  await using server = await start();
  await untilGraphLoaded(server.endpoint); // What is stored while it loads is told by the figures of the start.
  const perPlan = writesFor(options);
  const plans = WRITERS.map((inFlight, place): Plan => {
    const questions = newTupleWrites(dataset, place * perPlan, perPlan);
    return {
      kind: 'write',
      title: `single writes, ${inFlight} writer${inFlight === 1 ? '' : 's'}`,
      dataset: dataset.name,
      consistency: 'fresh',
      inFlight,
      requests: { path: WRITE_PATH, questions },
      areAskedOnce: true,
      isWrite: true,
    };
  });
  const rows = await driveRows(server.endpoint, plans, options, generator);
  log.addRows(rows);

  const written = rows.flatMap(({ windows }, place) => {
    const length = Math.min(READ_BACK, windows[0]?.requests ?? 0);
    return Array.from({ length }, (_, index) => dataset.newTuple(place * perPlan + index));
  });
  const checks = written.map(({ set, subject }) => ({ set, user: String(subject), isAllowed: true }));
  const { questions } = classRequests({ name: 'written', title: 'written', batchSize: 1, checks }, '');
  await generator.measure({
    protocol: 'grpc',
    port: server.endpoint.readPort,
    pid: server.endpoint.pid,
    path: CHECK_PATH,
    questions,
    connections: 1,
    inFlight: 1,
    warmUpMs: 0,
    windowMs: 30_000,
    maxAnswers: questions.length,
  });
}

/** How many writes a plan may need. */
export function writesFor({ rounds, windowMs, firstDriveMs }: Pace): number {
  return (firstDriveMs + (rounds + 1) * (windowMs + WARM_UP_MS)) * MAX_WRITES_PER_MS;
}
