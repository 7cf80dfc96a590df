import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { nodeTransport } from '../../../src/client/node-transport.ts';
import { SthenoClient } from '../../../src/client/stheno-client.ts';
import type { SthenoProcess } from '../../support/stheno-process.ts';

/** Whether it answers over REST and gRPC, and has printed no stack and no error. */
export async function assertUnharmed(server: SthenoProcess): Promise<void> {
  const { status } = await fetch(`${server.url('read')}/health/ready`);
  assert.equal(status, 200);
  const client = new SthenoClient({ baseUrl: server.url('read'), transport: nodeTransport() });
  assert.equal(await client.check('n:o#r@u'), false);
  client.close();
  assert.doesNotMatch(server.output, /\n\s+at |unhandled|"level":"error"/i);
}

/** By how much the most memory that the server took at a time grew meanwhile. */
export async function peakGrowthBytes(server: SthenoProcess, work: () => Promise<void>): Promise<number> {
  const file = `/proc/${server.pid}/`;
  if (process.platform !== 'linux') return work().then(() => 0);
  writeFileSync(`${file}clear_refs`, '5'); // the peak begins anew (proc_pid_clear_refs(5))
  const before = memory(file, 'VmRSS');
  await work();
  return memory(file, 'VmHWM') - before;
}

function memory(folder: string, key: string): number {
  const [, kilobytes] = new RegExp(`${key}:\\s+(\\d+) kB`).exec(readFileSync(`${folder}status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}
