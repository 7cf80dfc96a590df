import type { Contestant } from './contestant.ts';
import type { LoadGenerator } from './load/load-generator.ts';
import type { WindowResult } from './load/window.ts';

/** How a world is driven. */
export interface Drive {
  readonly rounds: number;
  readonly warmUpMs: number;
  readonly windowMs: number;
  /** Requests under way in all. */
  readonly inFlight: number;
  /** HTTP/2 connections that they are divided between; HTTP/1.1 opens one for each. Default: 8. */
  readonly connections?: number;
}

/** One contestant's medians over all rounds. */
export interface Measurement {
  readonly name: string;
  readonly requestsPerSecond: number;
  readonly serverCpuUs: number;
  /** Half of the range of `serverCpuUs` over the rounds, as a share of its median. */
  readonly spread: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** How busy the generator was, as a share of one core: near 1 it is the generator that was measured. */
  readonly generatorLoad: number;
  /** What others used, databases included, as a share of one core. */
  readonly elsewhereLoad: number;
}

/** Until compilers and caches have settled; thrown away. */
const FIRST_DRIVE_MS = 1_500;

const DEFAULT_CONNECTIONS = 8;

/**
 * Drives the contestants in turn, every round beginning with another one: whatever slows the machine for a while
 * meets all of them, and the median of the rounds drops what met one.
 */
export async function measure(
  contestants: readonly Contestant[],
  drive: Drive,
  generator: LoadGenerator,
): Promise<Measurement[]> {
  for (const contestant of contestants) await driveOnce(contestant, { ...drive, windowMs: FIRST_DRIVE_MS }, generator);
  const windows = new Map<Contestant, WindowResult[]>(contestants.map((contestant) => [contestant, []]));
  for (let round = 0; round < drive.rounds; round++) {
    const order = [
      ...contestants.slice(round % contestants.length),
      ...contestants.slice(0, round % contestants.length),
    ];
    for (const contestant of order) {
      windows.get(contestant)?.push(await driveOnce(contestant, drive, generator));
    }
  }
  return [...windows].map(([contestant, results]) => summarise(contestant.name, results));
}

/** Drives one contestant for one window. */
export function driveOnce(contestant: Contestant, drive: Drive, generator: LoadGenerator): Promise<WindowResult> {
  const { inFlight } = drive;
  const shared = Math.min(drive.connections ?? DEFAULT_CONNECTIONS, inFlight);
  const connections = contestant.protocol === 'grpc' ? shared : inFlight;
  return generator.measure({
    protocol: contestant.protocol,
    port: contestant.server.port,
    pid: contestant.server.pid,
    path: contestant.path,
    questions: contestant.questions,
    connections,
    inFlight: Math.ceil(inFlight / connections),
    warmUpMs: drive.warmUpMs,
    windowMs: drive.windowMs,
  });
}

function summarise(name: string, windows: readonly WindowResult[]): Measurement {
  const median = (of: (window: WindowResult) => number) => medianOf(windows.map(of));
  const cpuUs = windows.map((window) => (window.serverCpuMs / window.requests) * 1000);
  return {
    name,
    requestsPerSecond: median((window) => (window.requests / window.wallMs) * 1000),
    serverCpuUs: medianOf(cpuUs),
    spread: (Math.max(...cpuUs) - Math.min(...cpuUs)) / 2 / medianOf(cpuUs),
    p50Ms: median((window) => window.p50Ms),
    p99Ms: median((window) => window.p99Ms),
    generatorLoad: median((window) => window.generatorCpuMs / window.wallMs),
    elsewhereLoad: median((window) => window.elsewhereCpuMs / window.wallMs),
  };
}

/** The middle value, or the mean of the two in the middle; NaN of nothing. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle) - 1] ?? Number.NaN)) / 2;
}
