#!/usr/bin/env node
import { commandTable } from './cli/command-table.ts';
import { runProgram } from './cli/program.ts';

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // Whoever read the output has seen enough (`stheno … | head`).
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}

const exitCode = await runProgram(commandTable, process.argv.slice(2), process);
await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
// An input that nobody reads to its end would keep the process alive.
process.exit(exitCode);

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}
