import { residentBytes } from '../cpu-time.ts';
import { buildDataset } from '../datasets/build-dataset.ts';
import { LoadGenerator } from '../load/load-generator.ts';
import { medianOf } from '../measure.ts';
import { scratchFolder } from '../stheno.ts';
import { classRequests, insertsAndDeletes, WRITE_PATH } from './class-questions.ts';
import { driveRows, type Plan } from './drive-rows.ts';
import { loadDataset } from './load-dataset.ts';
import type { RecordOptions } from './record-options.ts';
import { serverKind } from './server-kind.ts';
import { untilGraphLoaded } from './server-metrics.ts';
import { openHome, startServer } from './start-server.ts';

const WRITE_SHARE = 0.05;
const WRITTEN_TUPLES = 10_000;
const SAMPLE_MS = 10_000;
/** Of the last third of the samples, against the first third without the first minute. */
const MAX_GROWTH = 1.1;

/**
 * Whether the server's memory grows while it is asked and written to for as many minutes: tuples come and go, so that
 * as many are stored at the end as at the beginning. Returns whether it stays.
 */
export async function studyMemory(options: RecordOptions, minutes: number): Promise<boolean> {
  using folder = scratchFolder();
  using generator = new LoadGenerator();
  const kind = serverKind('sqlite');
  const dataset = buildDataset('drive', options);
  const home = await openHome(kind.dialect, 'bench', folder.path, undefined);
  await using server = await startServer(kind, home);
  await loadDataset(server.endpoint, dataset);
  await untilGraphLoaded(server.endpoint);
  const [questionClass] = dataset.classes;
  if (questionClass === undefined) throw new Error(`${dataset.name} has no questions`);
  const plan: Plan = {
    kind: 'mixed',
    title: 'mixed',
    dataset: dataset.name,
    consistency: 'fresh',
    inFlight: 16,
    requests: classRequests(questionClass, ''),
    writes: {
      path: WRITE_PATH,
      questions: insertsAndDeletes(dataset, WRITTEN_TUPLES),
      share: WRITE_SHARE,
      goRound: true,
    },
  };
  const samplesMiB: number[] = [];
  for (let second = 0; second < minutes * 60; second += SAMPLE_MS / 1000) {
    const [row] = await driveRows(
      server.endpoint,
      [plan],
      { rounds: 1, windowMs: SAMPLE_MS, firstDriveMs: 1 },
      generator,
    );
    if (server.endpoint.pid === undefined) throw new Error('BUG: the server has no process');
    samplesMiB.push(residentBytes(server.endpoint.pid) / 2 ** 20);
    console.log(`${second} s: ${samplesMiB.at(-1)?.toFixed(0)} MiB, ${row?.requestsPerSecond.toFixed(0)} requests/s`);
  }
  return judge(samplesMiB);
}

function judge(samplesMiB: readonly number[]): boolean {
  const firstMinute = Math.min(6, Math.floor(samplesMiB.length / 3));
  const third = Math.ceil(samplesMiB.length / 3);
  const early = medianOf(samplesMiB.slice(firstMinute, firstMinute + third));
  const late = medianOf(samplesMiB.slice(-third));
  const growth = late / early;
  const verdict = growth <= MAX_GROWTH ? 'ok  ' : 'MISS';
  console.log(`${verdict} memory: ${early.toFixed(0)} MiB early, ${late.toFixed(0)} MiB late, wanted ≤ ${MAX_GROWTH}×`);
  return growth <= MAX_GROWTH;
}
