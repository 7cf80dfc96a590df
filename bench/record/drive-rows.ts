import type { LoadGenerator } from '../load/load-generator.ts';
import type { WindowResult, Writes } from '../load/window.ts';
import { medianOf } from '../measure.ts';
import type { Requests } from './class-questions.ts';
import type { Endpoint } from './endpoint.ts';
import type { Consistency, Row } from './results.ts';

/** How long and how often. */
export interface Pace {
  readonly rounds: number;
  readonly windowMs: number;
  /** Until compilers and caches have settled; thrown away. */
  readonly firstDriveMs: number;
}

/** One row to be: what is asked, and how. */
export interface Plan {
  readonly kind: string;
  readonly title: string;
  readonly dataset: string;
  readonly consistency: Consistency;
  readonly inFlight: number;
  readonly requests: Requests;
  /** Requests are never sent twice. */
  readonly areAskedOnce?: boolean;
  readonly writes?: Writes;
  /** Asked at the write port. */
  readonly isWrite?: boolean;
}

/** At the beginning of every window, while connections open. */
export const WARM_UP_MS = 200;

/**
 * Measures all plans in turn, round after round: what slows the machine for a while meets all of them, and the median
 * drops what met one window.
 */
export async function driveRows(
  endpoint: Endpoint,
  plans: readonly Plan[],
  pace: Pace,
  generator: LoadGenerator,
): Promise<Row[]> {
  const busiest = plans.reduce((a, b) => (b.inFlight > a.inFlight ? b : a));
  await driveWindow(endpoint, busiest, pace.firstDriveMs, generator);
  const windows = new Map<Plan, WindowResult[]>(plans.map((plan) => [plan, []]));
  for (let round = 0; round < pace.rounds; round++) {
    for (const plan of plans) windows.get(plan)?.push(await driveWindow(endpoint, plan, pace.windowMs, generator));
  }
  return [...windows].map(([plan, results]) => summarise(endpoint, plan, results));
}

function driveWindow(
  { host, readPort, writePort, pid, databasePid }: Endpoint,
  { requests, inFlight, writes, areAskedOnce = false, isWrite = false }: Plan,
  windowMs: number,
  generator: LoadGenerator,
): Promise<WindowResult> {
  return generator.measure({
    protocol: 'grpc',
    host,
    port: isWrite || writes !== undefined ? writePort : readPort,
    pid,
    databasePid,
    ...requests,
    areAskedOnce,
    writes,
    // Each request has a connection of its own, as callers in different processes have.
    connections: inFlight,
    inFlight: 1,
    warmUpMs: WARM_UP_MS,
    windowMs,
  });
}

function summarise(endpoint: Endpoint, plan: Plan, windows: readonly WindowResult[]): Row {
  const median = (of: (window: WindowResult) => number) => medianOf(windows.map(of));
  const rates = windows.map((window) => (window.requests / window.wallMs) * 1000);
  return {
    server: endpoint.name,
    dataset: plan.dataset,
    kind: plan.kind,
    title: plan.title,
    consistency: plan.consistency,
    inFlight: plan.inFlight,
    requestsPerSecond: medianOf(rates),
    p50Ms: median((window) => window.p50Ms),
    p99Ms: median((window) => window.p99Ms),
    serverCpuMs: median((window) => (window.serverCpuMs / window.requests) * 1000),
    databaseCpuMs: median((window) => (window.databaseCpuMs / window.requests) * 1000),
    spread: (Math.max(...rates) - Math.min(...rates)) / 2 / medianOf(rates),
    generatorLoad: median((window) => window.generatorCpuMs / window.wallMs),
    elsewhereLoad: median((window) => window.elsewhereCpuMs / window.wallMs),
    windows,
  };
}
