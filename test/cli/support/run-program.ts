import { type ProgramEnd, type ProgramRun, runProgramFile } from '../../support/run-program.ts';
import { callProgram } from './call-program.ts';

/**
 * Runs a command line in a working directory. It runs in this process, which is ten times as fast, or in one of its own
 * when STHENO_TEST_PROGRAM names the file of the built program (`dist/main.js`). In this process only one may run at a
 * time.
 */
export async function runProgram(run: ProgramRun): Promise<ProgramEnd> {
  const mainFile = process.env.STHENO_TEST_PROGRAM;
  if (mainFile) return runProgramFile(mainFile, run);
  const before = process.cwd();
  process.chdir(run.cwd);
  try {
    return await callProgram(run.args, { env: { HOME: run.cwd, ...run.env }, stdin: run.stdin ?? '' });
  } finally {
    process.chdir(before);
  }
}
