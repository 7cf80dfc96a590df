import { residentBytes } from '../cpu-time.ts';
import { buildDataset } from '../datasets/build-dataset.ts';
import { LoadGenerator } from '../load/load-generator.ts';
import { medianOf } from '../measure.ts';
import { printTable } from '../report.ts';
import { scratchFolder } from '../stheno.ts';
import { classRequests } from './class-questions.ts';
import { driveRows, type Plan } from './drive-rows.ts';
import type { BenchedServer } from './endpoint.ts';
import { loadDataset } from './load-dataset.ts';
import type { RecordOptions } from './record-options.ts';
import type { Row } from './results.ts';
import { serverKind } from './server-kind.ts';
import { metricValue, readMetrics, untilGraphLoaded } from './server-metrics.ts';
import { openHome, startServer } from './start-server.ts';

/** What a process can be told about its garbage collector that could matter to a server of short requests. */
const VARIANTS: readonly (readonly string[])[] = [
  [],
  ['--max-semi-space-size=16'],
  ['--max-semi-space-size=32'],
  ['--max-semi-space-size=64'],
  ['--min-semi-space-size=64', '--max-semi-space-size=64'],
  ['--single-threaded-gc'],
  ['--max-lazy'],
];

/** One window of one variant. */
interface Sample {
  readonly row: Row;
  readonly loopDelayMs: number;
  readonly gcShare: number;
  readonly memoryMiB: number;
}

/** The same checks on servers that differ in the options of Node.js alone, in turn; a window shows its pauses and its memory. */
export async function studyNodeOptions(options: RecordOptions): Promise<void> {
  using folder = scratchFolder();
  using generator = new LoadGenerator();
  const kind = serverKind('sqlite');
  const home = await openHome(kind.dialect, 'bench', folder.path, undefined);
  const dataset = buildDataset('drive', options);
  {
    await using loader = await startServer(kind, home);
    await loadDataset(loader.endpoint, dataset);
  }
  const [questionClass] = dataset.classes;
  if (questionClass === undefined) throw new Error(`${dataset.name} has no questions`);
  const requests = classRequests(questionClass, '');
  const plan: Plan = { kind: 'drive', title: 'drive', dataset: 'drive', consistency: 'fresh', inFlight: 16, requests };

  const samples: Sample[][] = VARIANTS.map(() => []);
  const started: BenchedServer[] = [];
  try {
    for (const variant of VARIANTS) started.push(await startServer(kind, home, variant));
    for (const { endpoint } of started) await untilGraphLoaded(endpoint);
    for (let round = 0; round < options.rounds; round++) {
      for (const [place, server] of started.entries()) {
        samples[place]?.push(await sample(server, plan, options, generator));
      }
    }
  } finally {
    for (const server of started) await server[Symbol.asyncDispose]();
  }
  printTable([
    ['node options', 'requests/s', 'p50 ms', 'p99 ms', 'CPU ms/1,000', 'loop p99 ms', 'in GC', 'MiB'],
    ...VARIANTS.map((variant, place) => lineOf(variant, samples[place] ?? [])),
  ]);
}

async function sample(
  { endpoint }: BenchedServer,
  plan: Plan,
  options: RecordOptions,
  generator: LoadGenerator,
): Promise<Sample> {
  // The histogram of the event loop's delay starts anew whenever it is read.
  const before = await readMetrics(endpoint);
  const [row] = await driveRows(endpoint, [plan], { ...options, rounds: 1 }, generator);
  const after = await readMetrics(endpoint);
  if (row === undefined || endpoint.pid === undefined) throw new Error('BUG: nothing was measured');
  const gcSeconds = gcTime(after) - gcTime(before);
  return {
    row,
    loopDelayMs: (metricValue(after, 'nodejs_eventloop_lag_p99_seconds') ?? Number.NaN) * 1000,
    gcShare: (gcSeconds * 1000) / (options.firstDriveMs + options.windowMs),
    memoryMiB: residentBytes(endpoint.pid) / 2 ** 20,
  };
}

/** Seconds in collections of every kind. */
function gcTime(metrics: string): number {
  const sums = metrics.matchAll(/^nodejs_gc_duration_seconds_sum\{[^}]*\} (\S+)$/gm);
  return [...sums].reduce((sum, [, seconds]) => sum + Number(seconds), 0);
}

function lineOf(variant: readonly string[], samples: readonly Sample[]): string[] {
  const median = (of: (sample: Sample) => number) => medianOf(samples.map(of));
  return [
    variant.join(' ') || '(none)',
    median(({ row }) => row.requestsPerSecond).toFixed(0),
    median(({ row }) => row.p50Ms).toFixed(2),
    median(({ row }) => row.p99Ms).toFixed(2),
    median(({ row }) => row.serverCpuMs).toFixed(1),
    median(({ loopDelayMs }) => loopDelayMs).toFixed(1),
    `${(median(({ gcShare }) => gcShare) * 100).toFixed(1)} %`,
    median(({ memoryMiB }) => memoryMiB).toFixed(0),
  ];
}
