import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Question, WindowOrder, WindowResult, Writes } from './window.ts';

/** An order whose questions were sent before, once for all windows. */
export interface SentOrder extends Omit<WindowOrder, 'questions' | 'writes'> {
  readonly questions: number;
  readonly writes?: (Omit<Writes, 'questions'> & { readonly questions: number }) | undefined;
}

/** What the process of the generator is told. */
export type GeneratorCommand =
  | {
      readonly kind: 'learn';
      readonly id: number;
      readonly path: string;
      readonly questions: readonly Question[];
      readonly areAskedOnce: boolean;
    }
  | { readonly kind: 'measure'; readonly order: SentOrder };

/** The load generator in its own process, so that its work is not counted as the server's and not slowed by the runner's. */
export class LoadGenerator implements Disposable {
  readonly #process: ChildProcess = fork(fileURLToPath(new URL('./generator.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx'],
  });
  readonly #sent = new WeakMap<readonly Question[], Map<string, number>>();
  #nextId = 0;

  /** Drives one server for one window. @throws when a single answer was wrong or missing */
  async measure(order: WindowOrder): Promise<WindowResult> {
    const { writes } = order;
    const sent: SentOrder = {
      ...order,
      questions: await this.prepare(order.path, order.questions, order.areAskedOnce),
      writes: writes && { ...writes, questions: await this.prepare(writes.path, writes.questions, !writes.goRound) },
    };
    const answer = await this.#tell({ kind: 'measure', order: sent });
    if (answer?.result === undefined) throw new Error(`${order.path}: ${answer?.error ?? 'no result'}`);
    return answer.result;
  }

  /** Hands questions over before the first window asks them. Returns the number under which the generator knows them. */
  async prepare(path: string, questions: readonly Question[], areAskedOnce = false): Promise<number> {
    const ids = this.#sent.get(questions) ?? new Map<string, number>();
    this.#sent.set(questions, ids);
    const known = ids.get(path);
    if (known !== undefined) return known;
    const id = this.#nextId++;
    ids.set(path, id);
    await this.#tell({ kind: 'learn', id, path, questions, areAskedOnce });
    return id;
  }

  [Symbol.dispose](): void {
    this.#process.disconnect();
    this.#process.kill();
  }

  /** One command after the other: each is answered once. */
  async #tell(command: GeneratorCommand): Promise<{ result?: WindowResult; error?: string } | undefined> {
    this.#process.send(command);
    const [answer] = await once(this.#process, 'message');
    return answer;
  }
}
