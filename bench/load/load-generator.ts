import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { WindowOrder, WindowResult } from './window.ts';

/** The load generator in its own process, so that its work is not counted as the server's and not slowed by the runner's. */
export class LoadGenerator implements Disposable {
  readonly #process: ChildProcess = fork(fileURLToPath(new URL('./generator.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx'],
  });

  /** Drives one server for one window. @throws when a single answer was wrong or missing */
  async measure(order: WindowOrder): Promise<WindowResult> {
    this.#process.send(order);
    const [answer]: { result?: WindowResult; error?: string }[] = await once(this.#process, 'message');
    if (answer?.result === undefined) throw new Error(`${order.path}: ${answer?.error ?? 'no result'}`);
    return answer.result;
  }

  [Symbol.dispose](): void {
    this.#process.disconnect();
    this.#process.kill();
  }
}
