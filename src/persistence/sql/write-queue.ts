import { SthenoError } from '../../errors.ts';
import type { TupleDelta } from '../../tuple/relation-tuple.ts';
import type { Revision } from '../revision.ts';
import type { WriteResult } from '../tuple-writer.ts';
import { throwIfAborted, untilAborted } from './abort.ts';
import type { DocumentEdit } from './document-edit.ts';
import type { GuardedPlan } from './guarded-plan.ts';
import type { ModelWrite } from './model-write.ts';
import type { CallOptions, Committed, Mutation, PartialTupleDeletion, TupleDeletion } from './sql-database.ts';
import { mergePlans, type WritePlan } from './write-plan.ts';

/**
 * How many writes, tuples and UTF-16 units share one commit at most, so that no write waits long for others. The tuples
 * are as many as one statement takes; in larger groups all writers would wait for the database at the same time, and then
 * the database for them.
 */
const MAX_GROUP_WRITES = 256;
const MAX_GROUP_TUPLES = 1000;
const MAX_GROUP_SIZE = 1_000_000;

/** Of the database's errors: a value that it does not take, or that is too long for it. */
const MAY_BE_OF_ONE: ReadonlySet<string> = new Set(['internal', 'resource_exhausted']);

/**
 * Commits writes one after another, and in groups: those that arrive while a commit is
 * under way share the next one, its revision and its row of the change log. Each write stays
 * all or nothing. One that must fail does so alone: the writes of its group are then tried
 * one by one. Writes under conditions, deletes by query and edits of documents have commits of their own.
 */
export class WriteQueue {
  readonly #commit: (mutation: Mutation, options: CallOptions) => Promise<Committed>;
  #waiting: QueuedWrite[] = [];
  #isRunning = false;

  constructor({ commit }: { commit: (mutation: Mutation, options: CallOptions) => Promise<Committed> }) {
    this.#commit = commit;
  }

  /** An aborted write may still be committed with others: whether it was is then not told. */
  write(plan: WritePlan, options: CallOptions): Promise<WriteResult> {
    return this.#enqueue({ kind: 'deltas', plan }, options);
  }

  /** The same for a write under conditions. */
  guarded(guarded: GuardedPlan, options: CallOptions): Promise<WriteResult> {
    return this.#enqueue({ kind: 'guarded', ...guarded }, options);
  }

  /** The same for a part of what a query finds. */
  deleteSome(deletion: PartialTupleDeletion, options: CallOptions): Promise<WriteResult> {
    return this.#enqueue({ kind: 'delete-some', ...deletion }, options);
  }

  /** The same for a deletion by query. */
  delete(deletion: TupleDeletion, options: CallOptions): Promise<WriteResult> {
    return this.#enqueue({ kind: 'delete', ...deletion }, options);
  }

  /** The same for a change of a policy or role. */
  edit(edit: DocumentEdit, options: CallOptions): Promise<WriteResult> {
    return this.#enqueue({ kind: 'document', edit }, options);
  }

  /** The same for a version of the model. */
  writeModel(write: ModelWrite, options: CallOptions): Promise<WriteResult> {
    return this.#enqueue({ kind: 'model', write }, options);
  }

  async #enqueue(mutation: Mutation, { signal }: CallOptions): Promise<WriteResult> {
    const write = new QueuedWrite(mutation, signal);
    this.#waiting.push(write);
    if (!this.#isRunning) {
      this.#isRunning = true;
      // Not at once: writes that arrived with this one are still to be read from their sockets.
      setImmediate(() => void this.#run());
    }
    try {
      return await untilAborted(write.result, signal);
    } catch (error) {
      // A commit for this write alone minds the signal, and knows whether it was in time.
      if (write.isAlone) return write.result;
      throw error;
    }
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) await this.#commitGroup(this.#takeGroup());
    this.#isRunning = false;
  }

  /** The longest beginning of the queue that fits into one commit and does not contradict itself. */
  #takeGroup(): QueuedWrite[] {
    const group = new Group();
    const end = this.#waiting.findIndex(({ mutation }) => !group.take(mutation));
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : end);
  }

  async #commitGroup(writes: readonly QueuedWrite[]): Promise<void> {
    const wanted = writes.filter(({ signal }) => signal?.aborted !== true);
    const [first, second] = wanted;
    if (first === undefined) return;
    if (second === undefined) return this.#commitAlone(first);
    try {
      const { revision, changes } = await this.#commit({ kind: 'deltas', plan: mergePlans(wanted.map(planOf)) }, {});
      const effective = new Set(changes);
      for (const write of wanted) write.resolve(resultOf(planOf(write), revision, effective));
    } catch (error) {
      // Only this may be the fault of one of them; a database that is gone or busy fails them all alike.
      const mayBeOfOne = !(error instanceof SthenoError) || MAY_BE_OF_ONE.has(error.code);
      for (const write of wanted) {
        if (mayBeOfOne) await this.#commitAlone(write);
        else write.reject(error);
      }
    }
  }

  async #commitAlone(write: QueuedWrite): Promise<void> {
    const { mutation, signal } = write;
    write.isAlone = true;
    try {
      throwIfAborted(signal);
      const { revision, changes } = await this.#commit(mutation, { signal });
      write.resolve({ revision, changes });
    } catch (error) {
      write.reject(error);
    }
  }
}

class QueuedWrite {
  readonly mutation: Mutation;
  readonly signal: AbortSignal | undefined;
  readonly result: Promise<WriteResult>;
  resolve!: (result: WriteResult) => void; // set by the promise's constructor, at once
  reject!: (error: unknown) => void;
  /** Whether a commit for this write alone is under way, or over. */
  isAlone = false;

  constructor(mutation: Mutation, signal: AbortSignal | undefined) {
    this.mutation = mutation;
    this.signal = signal;
    this.result = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }
}

/** Of a write that shares a commit. */
function planOf({ mutation }: QueuedWrite): WritePlan {
  if (mutation.kind !== 'deltas') throw new Error(`BUG: a mutation of the kind "${mutation.kind}" shares no commit`);
  return mutation.plan;
}

/** What of a commit was this plan's doing: the deltas that came from it. */
function resultOf({ changes }: WritePlan, revision: Revision, effective: ReadonlySet<TupleDelta>): WriteResult {
  const own: TupleDelta[] = [];
  for (const { delta } of changes.values()) if (effective.has(delta)) own.push(delta);
  return { revision, changes: own };
}

/** Tells which writes share a commit: they fit into it and do not contradict each other. */
class Group {
  readonly #actions = new Map<string, string>();
  #writes = 0;
  #size = 0;
  #isFull = false;

  /** Whether the write is one of the group, too. The first one always is. */
  take(mutation: Mutation): boolean {
    if (this.#isFull) return false;
    const isFirst = this.#writes === 0;
    if (mutation.kind !== 'deltas' || isTooLarge(mutation.plan.changes.size, mutation.plan.size)) {
      this.#isFull = true;
      return isFirst;
    }
    const { plan } = mutation;
    if (!isFirst && !this.#fits(plan)) return false;
    this.#writes++;
    this.#size += plan.size;
    for (const [key, { delta }] of plan.changes) this.#actions.set(key, delta.action);
    return true;
  }

  #fits({ changes, size }: WritePlan): boolean {
    if (this.#writes === MAX_GROUP_WRITES) return false;
    if (isTooLarge(this.#actions.size + changes.size, this.#size + size)) return false;
    for (const [key, { delta }] of changes) {
      if ((this.#actions.get(key) ?? delta.action) !== delta.action) return false;
    }
    return true;
  }
}

function isTooLarge(tuples: number, size: number): boolean {
  return tuples > MAX_GROUP_TUPLES || size > MAX_GROUP_SIZE;
}
