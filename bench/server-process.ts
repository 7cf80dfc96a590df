import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A server in a process of its own, which listens on the loopback interface. */
export interface ServerProcess extends AsyncDisposable {
  readonly pid: number;
  readonly port: number;
}

/** Starts one of the servers of bench/servers. @throws when it ends before it listens */
export async function startBenchServer(file: string, args: readonly string[] = []): Promise<ServerProcess> {
  const child = fork(fileURLToPath(new URL(`./servers/${file}`, import.meta.url)), args, {
    execArgv: ['--import', 'tsx'],
  });
  const [message] = await Promise.race([once(child, 'message'), exitOf(child, file)]);
  const { port } = message as { port: number };
  return serverProcess(child, port);
}

/** The given child as a server that ends when it is disposed. */
export function serverProcess(child: ChildProcess, port: number): ServerProcess {
  if (child.pid === undefined) throw new Error('the server was not started');
  return {
    pid: child.pid,
    port,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function exitOf(child: ChildProcess, name: string): Promise<never> {
  const [code] = await once(child, 'exit');
  throw new Error(`${name} ended with ${code} before it listened`);
}
