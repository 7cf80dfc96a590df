import { create } from '@bufbuild/protobuf';
import { type ImportResponse, ImportResponseSchema } from '#gen/stheno/v1/tuple_service_pb.js';
import { SthenoError } from '../errors.ts';
import type { Revision } from '../persistence/revision.ts';
import type { WriteResult } from '../persistence/tuple-writer.ts';
import type { TupleDelta } from '../tuple/relation-tuple.ts';
import type { Snaptokens } from './snaptokens.ts';

interface TupleImportOptions {
  /**
   * Writes a piece, all or none of it, once `after` has resolved; rejects with it. Its errors name the change at fault by
   * `placeOf` its index.
   */
  readonly write: (
    deltas: readonly TupleDelta[],
    options: { readonly placeOf: (index: number) => string; readonly after: Promise<unknown> },
  ) => Promise<WriteResult>;
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
  /** Settles when all pieces are written, or one of them failed, behind which none is written. */
  #written: Promise<void> = Promise.resolve();

  /** `readRevision` answers the newest one, for an import of nothing. */
  constructor({ write, readRevision, snaptokens }: TupleImportOptions) {
    this.#write = write;
    this.#readRevision = readRevision;
    this.#snaptokens = snaptokens;
  }

  /**
   * Begins to write a piece as soon as the one before is written, and resolves then. It is made ready before, and the one
   * behind it can be read meanwhile.
   * @throws {SthenoError} why the one before failed
   */
  async add(deltas: readonly TupleDelta[], placeOf: (index: number) => string): Promise<void> {
    const after = this.#written;
    this.#written = this.#writeBehind(after, deltas, placeOf);
    this.#written.catch(ignore); // The next piece is told, or the end.
    await after;
  }

  /** What was imported, once all of it is written. @throws {SthenoError} why the last piece failed */
  async finish(): Promise<ImportResponse> {
    await this.#written;
    const snaptoken = this.#snaptokens.format(this.#revision ?? (await this.#readRevision()));
    return create(ImportResponseSchema, {
      inserted: BigInt(this.#inserted),
      deleted: BigInt(this.#deleted),
      received: BigInt(this.#received),
      snaptoken,
    });
  }

  /**
   * The error of a piece that could not be read or written, with what is imported nevertheless. Where one before it
   * failed meanwhile, it is that one's.
   */
  async incomplete(error: unknown): Promise<unknown> {
    const first = await this.#written.then(
      () => error,
      (failure: unknown) => failure,
    );
    if (!(first instanceof SthenoError)) return first;
    const message = first.reason ?? first.message;
    const metadata = {
      received: `${this.#received}`,
      inserted: `${this.#inserted}`,
      deleted: `${this.#deleted}`,
      ...(first.info === undefined ? {} : { cause: first.info.reason }),
      ...(this.#revision === undefined ? {} : { snaptoken: this.#snaptokens.format(this.#revision) }),
    };
    return new SthenoError(first.code, {
      message: `${message} (${importedText(this.#received)})`,
      info: { reason: 'IMPORT_INCOMPLETE', metadata },
      cause: first,
    });
  }

  async #writeBehind(
    after: Promise<void>,
    deltas: readonly TupleDelta[],
    placeOf: (index: number) => string,
  ): Promise<void> {
    const writing = this.#write(deltas, { placeOf, after });
    writing.catch(ignore); // Told below, unless the one before has failed: the first failure counts.
    await after;
    const { revision, changes } = await writing;
    const inserted = changes.filter(({ action }) => action === 'insert').length;
    this.#received += deltas.length;
    this.#inserted += inserted;
    this.#deleted += changes.length - inserted;
    this.#revision = revision;
  }
}

/** For a failure that is told elsewhere. */
function ignore(): void {}

function importedText(count: number): string {
  if (count === 0) return 'nothing is imported';
  return count === 1 ? 'the first change is imported' : `the first ${count} changes are imported`;
}
