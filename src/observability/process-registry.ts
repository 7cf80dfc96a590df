import { collectDefaultMetrics, Registry } from 'prom-client';

/** The figures of this process (CPU time, memory, event loop, garbage collection), collected from now on. */
export function processRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}
