import { spawn } from 'node:child_process';
import { buffer } from 'node:stream/consumers';

export interface ProgramRun {
  readonly args: readonly string[];
  readonly cwd: string;
  /** All that the environment holds besides PATH and HOME, which is the working directory. */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

export interface ProgramEnd {
  readonly exit: number | NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

const TIMEOUT_MS = 120_000;

/** Runs the program to its end. */
export async function runProgramFile(
  mainFile: string,
  { args, cwd, env = {}, stdin = '' }: ProgramRun,
): Promise<ProgramEnd> {
  const child = spawn(process.execPath, [mainFile, ...args], {
    cwd,
    env: { PATH: process.env.PATH, HOME: cwd, ...env },
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
  });
  const ended = new Promise<ProgramEnd['exit']>((resolve, reject) => {
    child.once('error', reject).once('close', (code, signal) => resolve(code ?? signal));
  });
  child.stdin.on('error', () => {}); // a program need not read its input
  child.stdin.end(stdin);
  const [exit, stdout, stderr] = await Promise.all([ended, buffer(child.stdout), buffer(child.stderr)]);
  return { exit, stdout: stdout.toString(), stderr: stderr.toString() };
}
