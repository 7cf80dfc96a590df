import { lstat, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { ListenError } from './listen-error.ts';

/** What fits into the address of a Unix socket (unix(7): 108 bytes with the zero; 104 on macOS). Longer paths would be cut. */
const MAX_PATH_BYTES = process.platform === 'darwin' ? 103 : 107;

/** @throws {ListenError} when there can be no Unix socket at the path */
export async function requireSocketPath(path: string): Promise<void> {
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) {
    throw new ListenError(path, Object.assign(new Error(), { code: 'ENAMETOOLONG' }));
  }
  try {
    await stat(dirname(path)); // Node.js calls a missing folder a missing permission
  } catch (error) {
    throw new ListenError(path, error as NodeJS.ErrnoException); // stat throws nothing else
  }
}

/**
 * Removes the socket file that a process left behind when it was killed. One on which somebody still listens, and
 * what is no socket, stays.
 * @returns whether the path is free now
 */
export async function removeStaleSocket(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  if (found?.isSocket() !== true || !(await isRefused(path))) return false;
  await rm(path, { force: true });
  return true;
}

/** Only a refusal says that nobody listens; a full queue or a missing permission does not. */
function isRefused(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect({ path });
    const decide = (refused: boolean) => (): void => {
      probe.destroy();
      resolve(refused);
    };
    probe.once('connect', decide(false));
    probe.once('error', (error: NodeJS.ErrnoException) => decide(error.code === 'ECONNREFUSED')());
  });
}
