import { create } from '@bufbuild/protobuf';
import { type ImportResponse, ImportResponseSchema } from '#gen/stheno/v1/tuple_service_pb.js';
import { SthenoError } from '../errors.ts';
import type { Revision } from '../persistence/revision.ts';
import type { WriteResult } from '../persistence/tuple-writer.ts';
import type { TupleDelta } from '../tuple/relation-tuple.ts';
import type { Snaptokens } from './snaptokens.ts';

interface TupleImportOptions {
  /** Writes a piece, all or none of it. Its errors name the change at fault by `placeOf` its index. */
  readonly write: (deltas: readonly TupleDelta[], placeOf: (index: number) => string) => Promise<WriteResult>;
  readonly readRevision: () => Promise<Revision>;
  readonly snaptokens: Snaptokens;
}

/** Writes one piece of an import after another, and counts. */
export class TupleImport {
  readonly #write: TupleImportOptions['write'];
  readonly #readRevision: TupleImportOptions['readRevision'];
  readonly #snaptokens: Snaptokens;
  #received = 0;
  #inserted = 0;
  #deleted = 0;
  #revision: Revision | undefined;
  /** Never rejects. */
  #running: Promise<void> = Promise.resolve();
  #failure: { readonly error: unknown } | undefined;

  /** `readRevision` answers the newest one, for an import of nothing. */
  constructor({ write, readRevision, snaptokens }: TupleImportOptions) {
    this.#write = write;
    this.#readRevision = readRevision;
    this.#snaptokens = snaptokens;
  }

  /**
   * Begins to write a piece as soon as the one before is written, and resolves then: the next one can be made ready
   * meanwhile.
   * @throws {SthenoError} why the one before failed
   */
  async add(deltas: readonly TupleDelta[], placeOf: (index: number) => string): Promise<void> {
    await this.#settle();
    this.#running = this.#write(deltas, placeOf).then(
      ({ revision, changes }) => {
        const inserted = changes.filter(({ action }) => action === 'insert').length;
        this.#received += deltas.length;
        this.#inserted += inserted;
        this.#deleted += changes.length - inserted;
        this.#revision = revision;
      },
      (error) => {
        this.#failure = { error };
      },
    );
  }

  /** What was imported, once all of it is written. @throws {SthenoError} why the last piece failed */
  async finish(): Promise<ImportResponse> {
    await this.#settle();
    const snaptoken = this.#snaptokens.format(this.#revision ?? (await this.#readRevision()));
    return create(ImportResponseSchema, {
      inserted: BigInt(this.#inserted),
      deleted: BigInt(this.#deleted),
      received: BigInt(this.#received),
      snaptoken,
    });
  }

  /** The error of a piece that could not be read or written, with what is imported nevertheless. */
  async incomplete(error: unknown): Promise<unknown> {
    await this.#running;
    if (!(error instanceof SthenoError)) return error;
    const message = error.reason ?? error.message;
    const metadata = {
      received: `${this.#received}`,
      inserted: `${this.#inserted}`,
      deleted: `${this.#deleted}`,
      ...(error.info === undefined ? {} : { cause: error.info.reason }),
      ...(this.#revision === undefined ? {} : { snaptoken: this.#snaptokens.format(this.#revision) }),
    };
    return new SthenoError(error.code, {
      message: `${message} (the ${this.#received} changes before are imported)`,
      info: { reason: 'IMPORT_INCOMPLETE', metadata },
      cause: error,
    });
  }

  async #settle(): Promise<void> {
    await this.#running;
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
