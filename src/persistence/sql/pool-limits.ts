import { availableParallelism } from 'node:os';

/** How many connections may be open, and for how long; 0 ms means for ever. */
export interface PoolLimits {
  readonly maxConnections: number;
  readonly maxIdleConnections: number;
  readonly maxLifetimeMs: number;
  readonly maxIdleTimeMs: number;
}

/**
 * Takes the parameters of the pool out of a DSN's parameters (contract: configuration
 * §3). A value that cannot be read is replaced by the default; `onIgnored` gets its name.
 */
export function takePoolLimits(parameters: URLSearchParams, onIgnored: (parameter: string) => void): PoolLimits {
  const cpus = availableParallelism();
  const take = (name: string, parse: (text: string) => number | undefined, otherwise: number): number => {
    const text = parameters.get(name);
    parameters.delete(name);
    if (text === null) return otherwise;
    const value = parse(text);
    if (value === undefined) onIgnored(name);
    return value ?? otherwise;
  };
  return {
    maxConnections: take('max_conns', parsePositive, 2 * cpus),
    maxIdleConnections: take('max_idle_conns', parsePositive, cpus),
    maxLifetimeMs: take('max_conn_lifetime', parseDurationMs, 0),
    maxIdleTimeMs: take('max_conn_idle_time', parseDurationMs, 0),
  };
}

function parsePositive(text: string): number | undefined {
  return /^[1-9]\d{0,5}$/.test(text) ? Number(text) : undefined;
}

/** A Go duration such as `1h30m` or `250ms`, as milliseconds (Go: time.ParseDuration). */
function parseDurationMs(text: string): number | undefined {
  if (text === '0') return 0;
  if (!/^\+?(?:\d+(?:\.\d*)?(?:ns|us|µs|μs|ms|s|m|h))+$/.test(text)) return undefined;
  const parts = text.matchAll(/(\d+(?:\.\d*)?)(ns|us|µs|μs|ms|s|m|h)/g);
  const totalMs = [...parts].reduce((sum, [, count, unit]) => sum + Number(count) * (UNIT_MS[unit ?? ''] ?? 0), 0);
  return Math.round(totalMs);
}

const UNIT_MS: Record<string, number> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
