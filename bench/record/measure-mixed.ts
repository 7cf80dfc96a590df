import { classRequests, newTupleWrites, WRITE_PATH } from './class-questions.ts';
import { driveRows, type Plan } from './drive-rows.ts';
import type { BenchedServer } from './endpoint.ts';
import { writesFor } from './measure-writes.ts';
import type { Measurement } from './measurement.ts';
import { untilGraphLoaded } from './server-metrics.ts';

const WRITE_SHARE = 0.05;
const IN_FLIGHT = 16;

/** Checks alone, and the same checks with a write in place of every twentieth. */
export async function measureMixed(
  start: () => Promise<BenchedServer>,
  { dataset, options, generator, log }: Measurement,
): Promise<void> {
  await using server = await start();
  const { endpoint } = server;
  await untilGraphLoaded(endpoint);
  const [questionClass] = dataset.classes;
  if (questionClass === undefined) throw new Error(`${dataset.name} has no questions`);
  const checks: Plan = {
    kind: 'checks-alone',
    title: `${questionClass.title}, alone`,
    dataset: dataset.name,
    consistency: 'fresh',
    inFlight: IN_FLIGHT,
    requests: classRequests(questionClass, ''),
  };
  const questions = newTupleWrites(dataset, 0, writesFor(options));
  const mixed: Plan = {
    ...checks,
    kind: 'checks-with-writes',
    title: `${questionClass.title}, with ${WRITE_SHARE * 100} % writes`,
    writes: { path: WRITE_PATH, questions, share: WRITE_SHARE },
  };
  const rows = await driveRows(endpoint, [checks, mixed], options, generator);
  log.addRows(rows);
  const [alone, withWrites] = rows;
  log.addFigure({
    server: endpoint.name,
    dataset: dataset.name,
    kind: 'mixed-p99',
    title: 'p99 of checks with writes, against that without',
    value: (withWrites?.p99Ms ?? Number.NaN) / (alone?.p99Ms ?? Number.NaN),
    unit: '×',
  });
}
