import { spawn } from 'node:child_process';
import { buffer } from 'node:stream/consumers';
import { type Called, callProgram } from './call-program.ts';

export interface ProgramRun {
  readonly words: readonly string[];
  readonly cwd: string;
  /** All that the environment holds besides HOME, which is the working directory, and PATH. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly stdin?: string | undefined;
}

const TIMEOUT_MS = 30_000;

/**
 * Runs a command line in a working directory. It runs in this process, which is ten times as fast, or in one of its
 * own when STHENO_TEST_PROGRAM names the file of the built program (`dist/main.js`). In this process only one may run
 * at a time.
 */
export async function runProgram(run: ProgramRun): Promise<Called> {
  const mainFile = process.env.STHENO_TEST_PROGRAM;
  if (mainFile) return runFile(mainFile, run);
  const before = process.cwd();
  process.chdir(run.cwd);
  try {
    return await callProgram(run.words, { env: { HOME: run.cwd, ...run.env }, stdin: run.stdin ?? '' });
  } finally {
    process.chdir(before);
  }
}

async function runFile(mainFile: string, { words, cwd, env, stdin = '' }: ProgramRun): Promise<Called> {
  const child = spawn(process.execPath, [mainFile, ...words], {
    cwd,
    env: { PATH: process.env.PATH, HOME: cwd, ...env },
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject).once('close', (code, signal) => {
      if (code === null) reject(new Error(`the program was ended by ${signal}`));
      else resolve(code);
    });
  });
  child.stdin.on('error', () => {}); // a program need not read its input
  child.stdin.end(stdin);
  const [exit, stdout, stderr] = await Promise.all([ended, buffer(child.stdout), buffer(child.stderr)]);
  return { exit, stdout: stdout.toString(), stderr: stderr.toString() };
}
