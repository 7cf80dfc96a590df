// biome-ignore-all lint/performance/noBarrelFile: what the package exports

export type { Config } from './config/config.ts';
export { type ConfigSources, loadConfig, validateConfig } from './config/load-config.ts';
export { SthenoError } from './errors.ts';
export { createLogger, type Logger } from './observability/logger.ts';
export { type StartOptions, Stheno } from './registry.ts';
