import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { lifetimeCpuTimeMs } from '../cpu-time.ts';
import { type Drive, medianOf } from '../measure.ts';
import { printTable } from '../report.ts';
import { scratchFolder, startStheno } from '../stheno.ts';

const MAX_CPU_MS = 400;

/** CPU and wall-clock time from the start of the process on an empty SQLite file until it is ready. */
export async function start(drive: Drive): Promise<boolean> {
  const cpuMs: number[] = [];
  const wallMs: number[] = [];
  const bareMs: number[] = [];
  for (let round = 0; round < drive.rounds; round++) {
    using folder = scratchFolder();
    const began = performance.now();
    await using server = await startStheno({
      dsn: `sqlite://${path.join(folder.path, 'empty.sqlite')}`,
      folder: folder.path,
    });
    wallMs.push(performance.now() - began);
    cpuMs.push(lifetimeCpuTimeMs(server.pid));
    bareMs.push(await bareNodeCpuMs());
  }
  printTable([
    ['', 'median ms', 'all'],
    ['CPU until ready', medianOf(cpuMs).toFixed(0), list(cpuMs)],
    ['wall clock until ready', medianOf(wallMs).toFixed(0), list(wallMs)],
    ['CPU of an empty node', medianOf(bareMs).toFixed(0), list(bareMs)],
  ]);
  const holds = medianOf(cpuMs) < MAX_CPU_MS;
  console.log(`  ${holds ? 'ok  ' : 'MISS'} start: ${medianOf(cpuMs).toFixed(0)} ms CPU, wanted < ${MAX_CPU_MS} ms`);
  return holds;
}

/** How fast the machine is at the moment: CPU time of a Node.js that does nothing. */
async function bareNodeCpuMs(): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '-p',
    'const { user, system } = process.cpuUsage(); (user + system) / 1000',
  ]);
  return Number(stdout);
}

function list(values: readonly number[]): string {
  return values.map((value) => value.toFixed(0)).join(' ');
}
