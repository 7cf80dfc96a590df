import type { Consistency, Results, Row } from './results.ts';

/** What a record has to reach, with a million tuples in the large datasets. */
export interface Floor {
  readonly server: string;
  readonly title: string;
  readonly unit: string;
  readonly bound: 'at least' | 'at most';
  readonly limit: number;
  /** The measured value; undefined when it was not measured. */
  readonly measured: (results: Results) => number | undefined;
}

/** The size that the floors are meant for. */
export const FLOOR_TUPLES = 1_000_000;

/** Whether a floor was reached; undefined when it was not measured. */
export function isReached(floor: Floor, results: Results): boolean | undefined {
  const value = floor.measured(results);
  if (value === undefined) return undefined;
  return floor.bound === 'at least' ? value >= floor.limit : value <= floor.limit;
}

/** Values of a row of results: fresh or with a token, with a number of requests under way. */
type RowValue = (row: Row) => number;
const rate: RowValue = (row) => row.requestsPerSecond;
const p50: RowValue = (row) => row.p50Ms;
const cpu: RowValue = (row) => row.serverCpuMs + row.databaseCpuMs;

export const FLOORS: readonly Floor[] = [
  atMost('postgres', 'direct: p50, 1 in flight', 'ms', 0.22, row('direct', 'fresh', 1, p50)),
  atMost('postgres', 'direct: p50 with a token, 1 in flight', 'ms', 0.13, row('direct', 'token', 1, p50)),
  atLeast('postgres', 'direct: checks, 16 in flight', '/s', 18_000, row('direct', 'fresh', 16, rate)),
  atMost('postgres', 'direct: CPU with PostgreSQL', 'ms/1,000', 60, row('direct', 'fresh', 16, cpu)),
  atMost('postgres', 'drive: p50, 1 in flight', 'ms', 0.25, row('drive', 'fresh', 1, p50)),
  atLeast('postgres', 'drive: checks, 16 in flight', '/s', 15_000, row('drive', 'fresh', 16, rate)),
  atMost('postgres', 'drive: CPU with PostgreSQL', 'ms/1,000', 70, row('drive', 'fresh', 16, cpu)),
  atMost('postgres', 'nested, 20 deep: p50, 1 in flight', 'ms', 0.25, row('nested-20', 'fresh', 1, p50)),
  atLeast('postgres', 'nested, 20 deep: checks, 16 in flight', '/s', 15_000, row('nested-20', 'fresh', 16, rate)),
  atLeast('postgres', 'shared with 1,000 groups: checks', '/s', 5_000, row('thousand-groups', 'fresh', 16, rate)),
  atLeast('postgres', 'member of 100,000: checks, 16 in flight', '/s', 15_000, row('large-crowd', 'fresh', 16, rate)),
  atLeast('postgres', 'exclusion: checks, 16 in flight', '/s', 15_000, row('exclusion', 'fresh', 16, rate)),
  atMost('postgres', 'batch of 100, one user: p50, 1 in flight', 'ms', 2, row('batch-one-user', 'fresh', 1, p50)),
  atLeast('postgres', 'batch of 100, one user: batches', '/s', 600, row('batch-one-user', 'fresh', 16, rate)),
  atMost('postgres', 'batch of 100, random: p50, 1 in flight', 'ms', 3, row('batch-random', 'fresh', 1, p50)),
  atLeast('postgres', 'single durable writes, 16 writers', '/s', 8_000, row('write', 'fresh', 16, rate)),
  atMost('postgres', 'single durable writes: p50, 1 writer', 'ms', 0.5, row('write', 'fresh', 1, p50)),
  atMost('postgres', 'direct: loaded through the API', 's', 25, figure('load', 'direct')),
  atMost('postgres', 'drive: loaded through the API', 's', 25, figure('load', 'drive')),
  atLeast('postgres', 'health calls, 64 in flight', '/s', 22_000, row('health', 'fresh', 64, rate)),
  atMost('postgres', 'start to first right answer', 's', 0.6, figure('first-answer', 'drive')),
  atMost('postgres', 'the next 1,000 answers', 's', 1.5, figure('first-answers', 'drive')),
  atMost('postgres', 'start to loaded graph', 's', 4, figure('graph-loaded', 'drive')),
  atMost('postgres', 'graph', 'bytes a tuple', 80, figure('graph-memory', 'drive')),
  atMost('postgres', 'memory of the server, graph loaded', 'MiB', 250, figure('memory-at-start', 'drive')),
  atMost('postgres', 'p99 of checks with 5 % writes, against without', '×', 2, figure('mixed-p99', 'drive')),
  atMost('postgres', 'a write is visible on another instance: p99', 'ms', 50, figure('lag-p99', 'drive')),
  atMost('postgres-sql', 'direct: p50, 1 in flight', 'ms', 0.4, row('direct', 'fresh', 1, p50)),
  atLeast('postgres-sql', 'direct: checks, 16 in flight', '/s', 5_918, row('direct', 'fresh', 16, rate)),
  atLeast('postgres-sql', 'drive: checks, 16 in flight', '/s', 2_625, row('drive', 'fresh', 16, rate)),
  atLeast('postgres-sql', 'nested, 20 deep: checks, 16 in flight', '/s', 2_790, row('nested-20', 'fresh', 16, rate)),
  atLeast('postgres-sql', 'shared with 1,000 groups: checks', '/s', 500, row('thousand-groups', 'fresh', 16, rate)),
  atLeast('postgres-sql', 'member of 100,000: checks', '/s', 9_915, row('large-crowd', 'fresh', 16, rate)),
  atLeast('postgres-sql', 'exclusion: checks, 16 in flight', '/s', 1_720, row('exclusion', 'fresh', 16, rate)),
  atLeast('postgres-sql', 'batch of 100, one user: batches', '/s', 92, row('batch-one-user', 'fresh', 16, rate)),
  atMost('postgres-sql', 'batch of 100, random: p50, 1 in flight', 'ms', 156, row('batch-random', 'fresh', 1, p50)),
  atLeast('sqlite', 'direct: checks, 16 in flight', '/s', 18_000, row('direct', 'fresh', 16, rate)),
  atLeast('sqlite', 'drive: checks, 16 in flight', '/s', 15_000, row('drive', 'fresh', 16, rate)),
  atLeast('sqlite', 'nested, 20 deep: checks, 16 in flight', '/s', 15_000, row('nested-20', 'fresh', 16, rate)),
  atLeast('sqlite', 'shared with 1,000 groups: checks', '/s', 5_000, row('thousand-groups', 'fresh', 16, rate)),
  atLeast('sqlite', 'exclusion: checks, 16 in flight', '/s', 15_000, row('exclusion', 'fresh', 16, rate)),
  atLeast('sqlite-sql', 'direct: checks, 16 in flight', '/s', 15_000, row('direct', 'fresh', 16, rate)),
];

type Measured = (server: string) => Floor['measured'];

function atLeast(server: string, title: string, unit: string, limit: number, measured: Measured): Floor {
  return { server, title, unit, bound: 'at least', limit, measured: measured(server) };
}

function atMost(server: string, title: string, unit: string, limit: number, measured: Measured): Floor {
  return { server, title, unit, bound: 'at most', limit, measured: measured(server) };
}

function row(kind: string, consistency: Consistency, inFlight: number, value: RowValue): Measured {
  return (server) =>
    ({ rows }) => {
      const found = rows.find(
        (each) =>
          each.server === server &&
          each.kind === kind &&
          each.consistency === consistency &&
          each.inFlight === inFlight,
      );
      return found && value(found);
    };
}

function figure(kind: string, dataset: string): Measured {
  return (server) =>
    ({ figures }) =>
      figures.find((each) => each.server === server && each.kind === kind && each.dataset === dataset)?.value;
}
