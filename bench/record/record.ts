import { buildDataset } from '../datasets/build-dataset.ts';
import type { Dataset } from '../datasets/dataset.ts';
import { LoadGenerator } from '../load/load-generator.ts';
import { scratchFolder } from '../stheno.ts';
import { loadDataset } from './load-dataset.ts';
import { describeMachine } from './machine.ts';
import { measureClasses } from './measure-classes.ts';
import { measureLag } from './measure-lag.ts';
import { measureMixed } from './measure-mixed.ts';
import { measureStart } from './measure-start.ts';
import { measureWrites } from './measure-writes.ts';
import { openPostgres, type PostgresServer, settle } from './postgres-server.ts';
import type { RecordOptions } from './record-options.ts';
import { ResultLog } from './result-log.ts';
import type { Results } from './results.ts';
import type { ServerKind } from './server-kind.ts';
import { untilGraphLoaded } from './server-metrics.ts';
import { type Home, openHome, startServer } from './start-server.ts';

/** Measures every dataset on every server, and the target beside them. Every answer is compared with the oracle's. */
export async function record(options: RecordOptions): Promise<Results> {
  const begunAt = new Date();
  const log = new ResultLog();
  const needsPostgres = options.servers.some(({ dialect }) => dialect === 'postgres');
  await using postgres = needsPostgres ? await openPostgres(options.postgresDsn) : undefined;
  for (const name of options.datasets) {
    const dataset = buildDataset(name, options);
    for (const dialect of ['postgres', 'sqlite'] as const) {
      const kinds = options.servers.filter((kind) => kind.dialect === dialect);
      if (kinds.length > 0) await recordOnDialect(dialect, kinds, { dataset, options, log, postgres });
    }
    await recordTarget(dataset, options, log);
  }
  return {
    begunAt: begunAt.toISOString(),
    minutes: (Date.now() - begunAt.getTime()) / 60_000,
    machine: describeMachine(postgres?.version ?? 'not used'),
    tuples: options.tuples,
    rounds: options.rounds,
    windowMs: options.windowMs,
    rows: log.rows,
    figures: log.figures,
    failures: log.failures,
  };
}

interface Run {
  readonly dataset: Dataset;
  readonly options: RecordOptions;
  readonly log: ResultLog;
  readonly postgres: PostgresServer | undefined;
}

/** The dataset is stored once; the servers with and without the graph are started on it one after the other. */
async function recordOnDialect(dialect: ServerKind['dialect'], kinds: readonly ServerKind[], run: Run): Promise<void> {
  const { dataset, log, postgres } = run;
  using folder = scratchFolder();
  const home = await openHome(dialect, `bench_${dataset.name}`, folder.path, postgres);

  log.begin(`${dataset.name} on ${dialect}`);
  const isLoaded = await log.attempt(`${dataset.name} on ${dialect}`, async () => {
    const [first] = kinds;
    if (first === undefined) return;
    await using server = await startServer(first, home);
    const { tuples, seconds } = await loadDataset(server.endpoint, dataset);
    const place = { server: first.name, dataset: dataset.name };
    const title = `${tuples.toLocaleString('en')} tuples loaded through the API`;
    log.addFigure({ ...place, kind: 'load', title, value: seconds, unit: 's' });
  });
  if (!isLoaded) return;
  if (dialect === 'postgres') await settle(home.dsn);
  for (const kind of kinds) {
    log.begin(`${dataset.name} on ${kind.title}`);
    await log.attempt(`${dataset.name} on ${kind.name}`, () => recordServer(kind, home, run));
  }
  for (const kind of kinds.filter(({ hasGraph }) => hasGraph)) {
    await log.attempt(`writes to ${dataset.name} on ${kind.name}`, () => recordWrites(kind, home, run));
  }
}

async function recordServer(
  kind: ServerKind,
  home: Home,
  { dataset, options, log }: Pick<Run, 'dataset' | 'options' | 'log'>,
): Promise<void> {
  using generator = new LoadGenerator();
  const start = () => startServer(kind, home);
  if (dataset.name === 'drive') await measureStart(start, { kind, dataset, generator, log });
  await using server = await start();
  if (kind.hasGraph) await untilGraphLoaded(server.endpoint);
  await measureClasses(server.endpoint, { dataset, options, generator, log });
}

/** Measurements that write: they come last, so that they change nothing for the others. */
async function recordWrites(kind: ServerKind, home: Home, { dataset, options, log }: Run): Promise<void> {
  using generator = new LoadGenerator();
  const start = () => startServer(kind, home);
  if (dataset.name === 'direct') await measureWrites(start, { dataset, options, generator, log });
  if (dataset.name === 'drive') await measureMixed(start, { dataset, options, generator, log });
  if (dataset.name === 'drive' && kind.dialect === 'postgres') await measureLag(start, { dataset, log });
}

/** The target keeps all datasets in one database; only what it has an API for is asked. */
async function recordTarget(dataset: Dataset, options: RecordOptions, log: ResultLog): Promise<void> {
  const { target } = options;
  if (target === undefined) return;
  log.begin(`${dataset.name} on ${target.name}`);
  await log.attempt(`${dataset.name} on ${target.name}`, async () => {
    if (!options.isTargetLoaded) {
      const { tuples, seconds } = await loadDataset(target, dataset);
      const title = `${tuples.toLocaleString('en')} tuples loaded through the API`;
      const place = { server: target.name, dataset: dataset.name };
      log.addFigure({ ...place, kind: 'load', title, value: seconds, unit: 's' });
    }
    using generator = new LoadGenerator();
    await measureClasses(target, { dataset, options: { ...options, consistencies: ['fresh'] }, generator, log });
  });
}
