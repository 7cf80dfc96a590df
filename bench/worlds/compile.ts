import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Drive, medianOf } from '../measure.ts';
import { printTable } from '../report.ts';

const NAMESPACES = 1000;
const MAX_CPU_MS = 200;
const PROGRAM = fileURLToPath(new URL('../servers/compile-model.ts', import.meta.url));

/** CPU time of parsing a large document, and of compiling its model, in a process that has not done so before. */
export async function compile(drive: Drive): Promise<boolean> {
  const parseMs: number[] = [];
  const compileMs: number[] = [];
  for (let round = 0; round < drive.rounds; round++) {
    const args = ['--import', 'tsx', PROGRAM, String(NAMESPACES)];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const measured: { parseMs: number; totalMs: number } = JSON.parse(stdout);
    parseMs.push(measured.parseMs);
    compileMs.push(measured.totalMs - measured.parseMs);
  }
  printTable([
    [`${NAMESPACES} namespaces`, 'median CPU ms', 'all'],
    ['document parsed and checked', medianOf(parseMs).toFixed(0), list(parseMs)],
    ['model compiled', medianOf(compileMs).toFixed(0), list(compileMs)],
  ]);
  const holds = medianOf(compileMs) < MAX_CPU_MS;
  console.log(
    `  ${holds ? 'ok  ' : 'MISS'} compile: ${medianOf(compileMs).toFixed(0)} ms CPU, wanted < ${MAX_CPU_MS} ms`,
  );
  return holds;
}

function list(values: readonly number[]): string {
  return values.map((value) => value.toFixed(0)).join(' ');
}
