import assert from 'node:assert/strict';
import type { BuiltProgram } from '../../support/built-program.ts';
import { SthenoProcess } from '../../support/stheno-process.ts';
import { assertUnharmed } from './process-health.ts';

/** Starts a server process with an empty database in memory and the namespace `n`, and warms it up. */
export async function startHardyProcess({ mainFile }: BuiltProgram): Promise<SthenoProcess> {
  const config = { namespaces: [{ name: 'n' }] };
  const server = await SthenoProcess.start({ mainFile, dsn: 'memory', config });
  await assertUnharmed(server);
  return server;
}

/** Whatever it went through, it still ends as it should. */
export async function endInPeace(server: SthenoProcess): Promise<void> {
  assert.equal(await server.end('SIGTERM'), 0);
  await server[Symbol.asyncDispose]();
}
