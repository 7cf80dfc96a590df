import type { WindowResult } from '../load/window.ts';

/** `fresh` sees every write acknowledged before it; `token` carries a snaptoken that the server already covers. */
export type Consistency = 'fresh' | 'token';

/** Requests of one kind, with a number of them under way: medians over the windows. */
export interface Row {
  readonly server: string;
  readonly dataset: string;
  /** The name of the class of questions, or `health`, `write`, `mixed`. */
  readonly kind: string;
  readonly title: string;
  readonly consistency: Consistency;
  readonly inFlight: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Milliseconds for a thousand requests. */
  readonly serverCpuMs: number;
  readonly databaseCpuMs: number;
  /** Half of the range of the requests per second, as a share of their median. */
  readonly spread: number;
  /** Shares of a core: the generator, and everything that is neither it nor the server nor its database. */
  readonly generatorLoad: number;
  readonly elsewhereLoad: number;
  readonly windows: readonly WindowResult[];
}

/** Something that is measured once. */
export interface Figure {
  readonly server: string;
  readonly dataset: string;
  readonly kind: string;
  readonly title: string;
  readonly value: number;
  readonly unit: string;
}

/** A run, as it is written to a file. */
export interface Results {
  readonly begunAt: string;
  readonly minutes: number;
  readonly machine: Machine;
  /** Tuples in each of the two large datasets. */
  readonly tuples: number;
  readonly rounds: number;
  readonly windowMs: number;
  readonly rows: readonly Row[];
  readonly figures: readonly Figure[];
  /** What could not be measured, and why: a wrong answer above all. */
  readonly failures: readonly string[];
}

export interface Machine {
  readonly processors: string;
  readonly memoryGiB: number;
  readonly kernel: string;
  readonly node: string;
  readonly postgres: string;
  readonly stheno: string;
}
