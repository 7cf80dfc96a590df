import { SthenoError } from '../../errors.ts';
import type { WriteResult } from '../tuple-writer.ts';
import { throwIfAborted, untilAborted } from './abort.ts';
import type { CallOptions, Committed } from './sql-database.ts';
import { mergePlans, type WritePlan } from './write-plan.ts';

/** How many writes and how many tuples share one commit at most, so that no write waits long for others. */
const MAX_GROUP_WRITES = 256;
const MAX_GROUP_TUPLES = 10_000;

/**
 * Commits writes in groups: those that arrive while a commit is under way share the next
 * one, its revision and its row of the change log. Each write stays all or nothing. One
 * that must fail does so alone: the writes of its group are then tried one by one.
 */
export class WriteQueue {
  readonly #commit: (plan: WritePlan, options: CallOptions) => Promise<Committed>;
  #waiting: QueuedWrite[] = [];
  #isRunning = false;

  constructor({ commit }: { commit: (plan: WritePlan, options: CallOptions) => Promise<Committed> }) {
    this.#commit = commit;
  }

  /** An aborted write of a group may still be committed: whether it was is then not told. */
  write(plan: WritePlan, { signal }: CallOptions): Promise<WriteResult> {
    const result = new Promise<WriteResult>((resolve, reject) => {
      this.#waiting.push({ plan, signal, resolve, reject });
    });
    if (!this.#isRunning) {
      this.#isRunning = true;
      // Not at once: writes that arrived with this one are still to be read from their sockets.
      setImmediate(() => void this.#run());
    }
    return untilAborted(result, signal);
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) await this.#commitGroup(this.#takeGroup());
    this.#isRunning = false;
  }

  /** The longest beginning of the queue that fits into one commit and does not contradict itself. */
  #takeGroup(): QueuedWrite[] {
    const actions = new Map<string, string>();
    const end = this.#waiting.findIndex(({ plan: { changes } }, index) => {
      const fits = index === 0 || (index < MAX_GROUP_WRITES && actions.size + changes.size <= MAX_GROUP_TUPLES);
      if (!fits) return true;
      for (const [key, { delta }] of changes) {
        if ((actions.get(key) ?? delta.action) !== delta.action) return true;
      }
      for (const [key, { delta }] of changes) actions.set(key, delta.action);
      return false;
    });
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : end);
  }

  async #commitGroup(writes: readonly QueuedWrite[]): Promise<void> {
    const wanted = writes.filter(({ signal }) => signal?.aborted !== true);
    const [first, second] = wanted;
    if (first === undefined) return;
    if (second === undefined) return this.#commitAlone(first);
    try {
      const committed = await this.#commit(mergePlans(wanted.map(({ plan }) => plan)), {});
      for (const { plan, resolve } of wanted) resolve(resultOf(plan, committed));
    } catch (error) {
      // Only this may be the fault of one of them; a database that is gone or busy fails them all alike.
      const mayBeOfOne = !(error instanceof SthenoError) || error.code === 'internal';
      for (const write of wanted) {
        if (mayBeOfOne) await this.#commitAlone(write);
        else write.reject(error);
      }
    }
  }

  async #commitAlone({ plan, signal, resolve, reject }: QueuedWrite): Promise<void> {
    try {
      throwIfAborted(signal);
      resolve(resultOf(plan, await this.#commit(plan, { signal })));
    } catch (error) {
      reject(error);
    }
  }
}

interface QueuedWrite {
  readonly plan: WritePlan;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (result: WriteResult) => void;
  readonly reject: (error: unknown) => void;
}

/** What of a commit was this plan's doing: the deltas that came from it. */
function resultOf({ changes }: WritePlan, committed: Committed): WriteResult {
  const effective = new Set(committed.changes);
  const own = [...changes.values()].map(({ delta }) => delta).filter((delta) => effective.has(delta));
  return { revision: committed.revision, changes: own };
}
