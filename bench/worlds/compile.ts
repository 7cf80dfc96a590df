import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Drive, medianOf } from '../measure.ts';
import { printTable } from '../report.ts';

const NAMESPACES = 1000;
const MAX_CPU_MS = 200;
const PROGRAM = fileURLToPath(new URL('../servers/compile-model.ts', import.meta.url));

/**
 * CPU time of all threads for reading a large document and compiling its model, in a process that has not done so
 * before: a good part of it is V8's own, which compiles what it runs.
 */
export async function compile(drive: Drive): Promise<boolean> {
  const parseMs: number[] = [];
  const totalMs: number[] = [];
  for (let round = 0; round < drive.rounds; round++) {
    const args = ['--import', 'tsx', PROGRAM, String(NAMESPACES)];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const measured: { parseMs: number; totalMs: number } = JSON.parse(stdout);
    parseMs.push(measured.parseMs);
    totalMs.push(measured.totalMs);
  }
  printTable([
    [`${NAMESPACES} namespaces`, 'median CPU ms', 'all'],
    ['document parsed and checked', medianOf(parseMs).toFixed(0), list(parseMs)],
    ['and its model compiled', medianOf(totalMs).toFixed(0), list(totalMs)],
  ]);
  const holds = medianOf(totalMs) < MAX_CPU_MS;
  console.log(
    `  ${holds ? 'ok  ' : 'MISS'} compile: ${medianOf(totalMs).toFixed(0)} ms CPU, wanted < ${MAX_CPU_MS} ms`,
  );
  return holds;
}

function list(values: readonly number[]): string {
  return values.map((value) => value.toFixed(0)).join(' ');
}
