import { NamespaceNotFoundError, SthenoError, UndeclaredRelationError } from '../errors.ts';
import { awaitRevision } from '../graph/await-revision.ts';
import { throwIfGivenUp } from '../graph/cancellation.ts';
import { SharedCall } from '../graph/follow/shared-call.ts';
import type { Model } from '../namespace/model.ts';
import type { Change } from '../persistence/change-feed.ts';
import type { Revision } from '../persistence/revision.ts';
import type { Freshness } from './freshness.ts';
import type { Call } from './rpc-service.ts';

/** A look that takes longer is given up: its connection is as good as lost. */
const LOOK_TIMEOUT_MS = 5000;

/** What makes an answer; called again when there is a newer model than it was given. */
export type Ask<T> = (model: Model) => Promise<T>;

/** What services need to answer from a model that is as fresh as the tuples. */
export interface ModelAnswers {
  /**
   * The answer of `ask`, from a model that has every version up to the revision that the freshness asks for; without
   * one, up to the revision of the answer.
   * @throws what `ask` throws; SthenoError `unavailable` when it cannot be known whether there is a newer version
   */
  answer<T extends { readonly revision: Revision }>(ask: Ask<T>, freshness: Freshness, call: Call): Promise<T>;
}

/** The model in force, and the newest one, for those who would otherwise refuse something. */
export interface NewestModel {
  current(): Model;
  /** Has every version that was acknowledged by any server before the call. */
  newest(call: Call): Promise<Model>;
}

/**
 * Keeps the model as fresh as the tuples. A version is a commit, so whoever follows the change log hears of it: as long
 * as the log is told without gaps, an answer costs a comparison of two numbers. Otherwise the database is asked for the
 * newest version, once for all requests that wait, and only when there was a commit since it was last asked.
 */
export class FreshModels implements ModelAnswers, NewestModel {
  readonly #namespaces: ModelsInForce;
  readonly #isStored: () => boolean;
  readonly #readRevision: () => Promise<Revision>;
  readonly #looks: SharedCall<void> = new SharedCall({ call: () => this.#look(), timeoutMs: LOOK_TIMEOUT_MS });
  /** Invariant: `#model` has every version that was written up to `#coveredTo`. */
  #model: Model | undefined;
  #coveredTo: Revision = 0;
  /** The newest commit that was heard of. */
  #committedTo: Revision = 0;
  /** Commits that were told without gaps, and the last version among them. */
  #toldFrom: Revision = 1;
  #toldTo: Revision = 0;
  #lastVersionAt: Revision = 0;

  constructor(dependencies: {
    namespaces: ModelsInForce;
    /** Whether the model comes from the database. */
    isStored: () => boolean;
    readRevision: () => Promise<Revision>;
  }) {
    this.#namespaces = dependencies.namespaces;
    this.#isStored = dependencies.isStored;
    this.#readRevision = dependencies.readRevision;
  }

  current(): Model {
    return this.#namespaces.current();
  }

  async newest(call: Call): Promise<Model> {
    if (this.#isStored()) await this.#looks.join();
    throwIfGivenUp(call);
    return this.current();
  }

  async answer<T extends { readonly revision: Revision }>(ask: Ask<T>, freshness: Freshness, call: Call): Promise<T> {
    const { minRevision = 0, mayBeStale } = freshness;
    const model = this.current();
    let answer: T;
    try {
      answer = await ask(model);
    } catch (error) {
      // A version that this server does not have yet may declare it.
      if (!isUndeclared(error) || (await this.#isNewest(model, freshness, call))) throw error;
      return ask(this.current());
    }
    const needed = mayBeStale ? minRevision : Math.max(minRevision, answer.revision);
    if (needed === 0 || this.#covers(model, needed)) return answer;
    await this.#cover(needed);
    throwIfGivenUp(call);
    return this.current() === model ? answer : ask(this.current());
  }

  /** Somebody committed, or it was read in the change log. */
  told({ kind, revision }: Pick<Change, 'kind' | 'revision'>): void {
    if (revision <= this.#toldTo) return;
    if (revision > this.#toldTo + 1) this.#toldFrom = revision;
    this.#toldTo = revision;
    if (kind === 'model') this.#lastVersionAt = revision;
    this.#extend();
  }

  /** Changes were read in the change log, in order and without gaps. A version of another server is brought into force. */
  read(changes: readonly Pick<Change, 'kind' | 'revision'>[]): void {
    for (const change of changes) this.told(change);
    // Whoever needs it is told what goes wrong.
    if (this.#lastVersionAt > this.#coveredTo) this.#cover(this.#lastVersionAt).catch(() => {});
  }

  #covers(model: Model, revision: Revision): boolean {
    return model === this.#model && revision <= this.#coveredTo;
  }

  /** Whether there is none newer than `model` that a request of this freshness would have to see. */
  async #isNewest(model: Model, { minRevision = 0, mayBeStale }: Freshness, call: Call): Promise<boolean> {
    if (mayBeStale && (minRevision === 0 || this.#covers(model, minRevision))) return true;
    if (this.#isStored() && minRevision > this.#committedTo) await awaitRevision(minRevision, this.#readRevision, call);
    await this.#cover(minRevision);
    throwIfGivenUp(call);
    return this.current() === model;
  }

  async #cover(revision: Revision): Promise<void> {
    if (!this.#isStored()) {
      // There are no versions that could be newer.
      this.#model = this.current();
      this.#coveredTo = Number.POSITIVE_INFINITY;
      return;
    }
    this.#committedTo = Math.max(this.#committedTo, revision);
    await this.#looks.join();
  }

  /** One look-up, unless there is a newer version. */
  async #look(): Promise<void> {
    const committedTo = Math.max(this.#committedTo, this.#toldTo);
    if (!(await this.#namespaces.reload())) {
      throw new SthenoError('unavailable', { message: 'the newest version of the model cannot be read' });
    }
    const model = this.current();
    this.#coveredTo = model === this.#model ? Math.max(this.#coveredTo, committedTo) : committedTo;
    this.#model = model;
    this.#extend();
  }

  /** Commits without a version among them change no model. */
  #extend(): void {
    const isConnected = this.#toldFrom <= this.#coveredTo + 1 && this.#lastVersionAt <= this.#coveredTo;
    if (isConnected && this.#toldTo > this.#coveredTo) this.#coveredTo = this.#toldTo;
  }
}

function isUndeclared(error: unknown): boolean {
  return error instanceof NamespaceNotFoundError || error instanceof UndeclaredRelationError;
}

/** Where models come from. `reload` looks for a newer one, and says whether that could be read, good or not. */
interface ModelsInForce {
  current(): Model;
  reload(): Promise<boolean>;
}
