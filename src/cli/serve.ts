import { writeFileSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Config } from '../config/config.ts';
import { ConfigWatcher } from '../config/config-watcher.ts';
import type { Environment } from '../config/environment.ts';
import { LEGACY_DSN } from '../config/legacy-dsn.ts';
import { loadConfig } from '../config/load-config.ts';
import { namespaceSource } from '../config/namespace-source.ts';
import { SthenoError } from '../errors.ts';
import { createLogger, type Logger } from '../observability/logger.ts';
import { formatPlace } from '../opl/format-diagnostics.ts';
import { ModelLoadError } from '../opl/model-load-error.ts';
import { parseDsn } from '../persistence/sql/dsn.ts';
import { DsnError } from '../persistence/sql/dsn-error.ts';
import { NotMigratedError } from '../persistence/sql/not-migrated-error.ts';
import { type StartOptions, Stheno } from '../registry.ts';
import { ListenError } from '../server/listen-error.ts';
import { CommandFailure } from './command-failure.ts';
import { aborted, stopSignal } from './stop-signal.ts';
import { systemErrorText } from './system-error-text.ts';

export interface ServeOptions {
  readonly configFiles: readonly string[];
  readonly autoMigrate: boolean;
  readonly env: Environment;
  readonly stdout: Writable;
}

/** How long a database that does not answer at start is waited for (contract: configuration §3). */
const DATABASE_PATIENCE_MS = 5 * 60 * 1000;
/** The server that does not get all its addresses does not start at all, and says so by a code of its own. */
const LISTEN_FAILURE_EXIT_CODE = 1;

/** A `base64://` location is a whole document. */
const MAX_SHOWN_LOCATION = 200;

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 15_000;

/**
 * Runs the server until SIGINT or SIGTERM, then lets running requests finish.
 * @returns the exit code
 * @throws {ConfigError} {ConfigProviderError} when the configuration cannot be used
 * @throws {CommandFailure} when the server cannot start, in one line that says what to do
 */
export async function serve({ configFiles, autoMigrate, env, stdout }: ServeOptions): Promise<number> {
  const config = loadConfig({ files: configFiles, env });
  if (autoMigrate) requireEmbeddedDatabase(config);
  const logger = createLogger(config.log);
  if (!env.DSN && config.dsn === env[LEGACY_DSN]) {
    logger.warn(`the environment variable ${LEGACY_DSN} is deprecated: name the database with DSN`);
  }
  const stopping = stopSignal();
  let reload = (): void => {};
  using _hangUp = onHangUp(() => reload());
  const server = await start({ config, logger, autoMigrate }, stopping);
  if (server === undefined) return 0;
  await using watcher = watchConfig(server, { files: configFiles, env, config, logger });
  reload = () => watcher.reload();
  try {
    writeListenFiles(server, config);
  } catch (error) {
    await server.stop();
    throw error;
  }
  stdout.write(greeting(server));
  await aborted(stopping);
  logger.info('stopping: running requests are finished first');
  await server.stop();
  return 0;
}

/** Several servers may share a database server, and none of them should change its schema just because it starts. */
function requireEmbeddedDatabase({ dsn }: Config): void {
  let kind: string;
  try {
    ({ kind } = parseDsn(dsn));
  } catch {
    return; // the start says it
  }
  if (kind === 'sqlite') return;
  throw new CommandFailure('--auto-migrate is for SQLite only: run "stheno migrate up" before starting the server\n');
}

/** Undefined when the server was told to stop before it had started. */
async function start(options: StartOptions, stopping: AbortSignal): Promise<Stheno | undefined> {
  const patienceEndsMs = performance.now() + DATABASE_PATIENCE_MS;
  for (let retryMs = FIRST_RETRY_MS; ; retryMs = Math.min(2 * retryMs, LONGEST_RETRY_MS)) {
    try {
      // A start that is given up ends with the process.
      return await Promise.race([Stheno.start(options), aborted(stopping)]);
    } catch (error) {
      if (!isOutOfReach(error, options.config) || performance.now() > patienceEndsMs) {
        throw startFailure(error, options.config);
      }
      options.logger.warn({ err: error, retry_ms: retryMs }, 'the database cannot be reached, trying again');
    }
    await sleep(retryMs, undefined, { signal: stopping }).catch(() => {}); // ended early by the signal
    if (stopping.aborted) return undefined;
  }
}

/** A database server may still be starting. A file that cannot be opened will not heal by waiting. */
function isOutOfReach(error: unknown, { dsn }: Config): boolean {
  return error instanceof SthenoError && error.code === 'unavailable' && parseDsn(dsn).kind !== 'sqlite';
}

/** What is known to keep a server from starting becomes one line; anything else is a fault and keeps its stack. */
function startFailure(error: unknown, config: Config): unknown {
  if (error instanceof ModelLoadError) {
    const diagnostics = error.diagnostics.filter(({ severity }) => severity === 'error');
    const places = diagnostics.map(
      ({ file, start, message }) => `\n  ${formatPlace(file ?? 'model', start)}: ${message}`,
    );
    return new CommandFailure(
      `unable to load the namespaces from ${sourceName(config)}: ${error.message}${places.join('')}\n`,
    );
  }
  // The contract has this text without a line end.
  if (error instanceof NotMigratedError) return new CommandFailure(error.message);
  if (error instanceof ListenError) {
    return new CommandFailure(`${error.message}\n`, { exitCode: LISTEN_FAILURE_EXIT_CODE });
  }
  if (!(error instanceof DsnError || error instanceof SthenoError)) return error;
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return new CommandFailure(`${error.message}${cause}\n`);
}

function sourceName(config: Config): string {
  const source = namespaceSource(config);
  if (source.kind === 'opl') return source.location.slice(0, MAX_SHOWN_LOCATION);
  if (source.kind === 'stored') return 'the database';
  return source.kind === 'legacy' ? source.uri : 'the configuration';
}

function watchConfig(
  server: Stheno,
  { logger, ...sources }: { files: readonly string[]; env: Environment; config: Config; logger: Logger },
): ConfigWatcher {
  return new ConfigWatcher({
    ...sources,
    onDetect: () => logger.info('A change to a configuration file was detected.'),
    onChange: (config) => {
      // It never rejects: a model that does not load is logged, and the old one stays.
      void server.reconfigure(config).then(() => logger.info('Configuration change processed successfully.'));
    },
    onError: (error) => server.keepConfig(error),
  });
}

/** Tells other programs where each listener is (`serve.X.write_listen_file`). */
function writeListenFiles(server: Stheno, { serve: listeners }: Config): void {
  const addresses = server.addresses();
  for (const [name, { write_listen_file: uri }] of Object.entries(listeners)) {
    if (uri === undefined) continue;
    try {
      writeFileSync(fileURLToPath(uri), addresses.get(name) ?? '', { mode: 0o600 });
    } catch (error) {
      throw new CommandFailure(`unable to write listen file "${uri}": ${systemErrorText(error)}\n`);
    }
  }
}

function greeting(server: Stheno): string {
  const lines = [...server.addresses()].map(([name, address]) => `  ${name.padEnd(8)}${address}\n`);
  return `stheno is ready\n${lines.join('')}`;
}

/** SIGHUP reads the configuration again, which fetches a model that comes over HTTP; files are watched in any case. */
function onHangUp(reload: () => void): Disposable {
  process.on('SIGHUP', reload);
  return { [Symbol.dispose]: () => process.off('SIGHUP', reload) };
}
