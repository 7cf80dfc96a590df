import { readFileSync } from 'node:fs';
import os from 'node:os';
import type { Machine } from './results.ts';

/** The machine and the versions of a run. */
export function describeMachine(postgres: string): Machine {
  const processor = /^model name\s*: (.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? os.arch();
  const manifest = new URL('../../package.json', import.meta.url);
  const { version }: { version: string } = JSON.parse(readFileSync(manifest, 'utf8'));
  return {
    processors: `${os.cpus().length} × ${processor}`,
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    kernel: `${os.type()} ${os.release()}`,
    node: process.version,
    postgres,
    stheno: version,
  };
}
