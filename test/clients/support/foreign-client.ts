import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Installing takes a network and up to a minute, so it happens only where it is asked for. */
const SWITCH = 'STHENO_TEST_FOREIGN_CLIENTS';
const INSTALL_TIMEOUT_MS = 240_000;

/** A client in another language, or why it is not there. */
export interface ForeignClient {
  /** Its own, until this process ends. */
  readonly folder: string;
  /** For the `skip` of a suite; false when the client is installed. */
  readonly skip: string | false;
}

/**
 * Installs a client with the tools of its language. A client that cannot be installed is no failure
 * of the server: its suite is skipped, which is said on stderr as well.
 */
export async function installForeignClient(
  name: string,
  install: (
    folder: string,
    run: (command: string, args: readonly string[], env?: object) => Promise<unknown>,
  ) => Promise<void>,
): Promise<ForeignClient> {
  const folder = mkdtempSync(path.join(tmpdir(), 'foreign-client-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const skip = await reasonToSkip(() =>
    install(folder, (command, args, env = {}) =>
      run(command, args, { timeout: INSTALL_TIMEOUT_MS, env: { ...process.env, ...env } }),
    ),
  );
  if (skip !== false) process.stderr.write(`SKIPPED: the tests with ${name}: ${skip}\n`);
  return { folder, skip };
}

async function reasonToSkip(install: () => Promise<void>): Promise<string | false> {
  if (process.env[SWITCH] !== '1') return `${SWITCH}=1 runs them`;
  try {
    await install();
    return false;
  } catch (error) {
    return `it cannot be installed: ${error instanceof Error ? error.message.trim() : String(error)}`;
  }
}
