import { DATASET_NAMES } from '../datasets/build-dataset.ts';
import type { Pace } from './drive-rows.ts';
import { type Endpoint, parseEndpoint } from './endpoint.ts';
import type { Consistency } from './results.ts';
import { SERVER_KINDS, type ServerKind, serverKind } from './server-kind.ts';

/** What is measured, and how long. */
export interface RecordOptions extends Pace {
  /** In each of the two large datasets. */
  readonly tuples: number;
  /** Distinct questions of a class. */
  readonly questions: number;
  readonly datasets: readonly string[];
  readonly servers: readonly ServerKind[];
  readonly inFlight: readonly number[];
  readonly consistencies: readonly Consistency[];
  /** A PostgreSQL that runs already; otherwise one is started. */
  readonly postgresDsn: string | undefined;
  /** A server that runs already, with the model of the datasets and, unless `isTargetLoaded`, an empty database. */
  readonly target: Endpoint | undefined;
  readonly isTargetLoaded: boolean;
}

/** The command-line options of `record` and `smoke`, all of them texts. */
export type RecordFlags = Readonly<Record<string, string | boolean | undefined>>;

const RECORD = { tuples: 1_000_000, questions: 50_000, rounds: 3, windowMs: 1000, firstDriveMs: 1000 };
const SMOKE = { tuples: 100_000, questions: 5_000, rounds: 1, windowMs: 250, firstDriveMs: 150 };

/** @throws when an option makes no sense */
export function recordOptions(mode: 'record' | 'smoke', flags: RecordFlags): RecordOptions {
  const defaults = mode === 'record' ? RECORD : SMOKE;
  const isShort = mode === 'smoke';
  return {
    tuples: count(flags, 'tuples', defaults.tuples),
    questions: count(flags, 'questions', defaults.questions),
    rounds: count(flags, 'rounds', defaults.rounds),
    windowMs: count(flags, 'window-ms', defaults.windowMs),
    firstDriveMs: defaults.firstDriveMs,
    datasets: list(flags, 'datasets') ?? DATASET_NAMES,
    servers: list(flags, 'servers')?.map(serverKind) ?? (isShort ? [serverKind('postgres')] : SERVER_KINDS),
    inFlight: isShort ? [16] : [1, 16],
    consistencies: isShort ? ['fresh'] : ['fresh', 'token'],
    postgresDsn: text(flags, 'postgres'),
    target: target(flags),
    isTargetLoaded: flags['target-loaded'] === true,
  };
}

function target(flags: RecordFlags): Endpoint | undefined {
  const address = text(flags, 'target');
  if (address === undefined) return undefined;
  const endpoint = parseEndpoint(address, text(flags, 'target-name') ?? 'target');
  const [pid, databasePid] = ['target-pid', 'target-postgres-pid'].map((name) => count(flags, name, 0));
  return { ...endpoint, pid: pid || undefined, databasePid: databasePid || undefined };
}

function count(flags: RecordFlags, name: string, otherwise: number): number {
  const value = Number(flags[name] ?? otherwise);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new Error(`--${name} takes a whole number, not "${flags[name]}"`);
  return value;
}

function list(flags: RecordFlags, name: string): string[] | undefined {
  return text(flags, name)?.split(',').filter(Boolean);
}

function text(flags: RecordFlags, name: string): string | undefined {
  const value = flags[name];
  return typeof value === 'string' ? value : undefined;
}
