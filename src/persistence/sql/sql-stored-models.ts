import type { TupleShape } from '../../tuple/tuple-shape.ts';
import type {
  ModelVersion,
  NewModel,
  StoredModel,
  StoredModels,
  StoredModelText,
  TupleSurvey,
} from '../stored-models.ts';
import { newestVersion } from './commit-model.ts';
import { compileModelStatements, type ModelStatements } from './model-statements.ts';
import type { CallOptions, SqlDatabase, SqlRow } from './sql-database.ts';
import { bindStatement, type SqlValue, type Statement } from './statement.ts';
import { surveyTuples } from './survey-tuples.ts';
import type { WriteQueue } from './write-queue.ts';

/** The versions of the model of a SQL database. */
export class SqlStoredModels implements StoredModels {
  readonly #database: SqlDatabase;
  readonly #statements: ModelStatements;
  readonly #writes: Pick<WriteQueue, 'writeModel'>;

  constructor({ database, writes }: { database: SqlDatabase; writes: Pick<WriteQueue, 'writeModel'> }) {
    this.#database = database;
    this.#writes = writes;
    this.#statements = compileModelStatements(database.syntax);
  }

  newestVersion({ signal }: CallOptions = {}): Promise<ModelVersion> {
    const { newest: session, network } = this.#database;
    return newestVersion({ nid: network.nid, session, statements: this.#statements, signal });
  }

  async read(version: ModelVersion, options: CallOptions = {}): Promise<StoredModelText | undefined> {
    const [row] = await this.#query(this.#statements.read, { version }, options);
    return row === undefined ? undefined : { ...toStoredModel(row), document: String(row[4]) };
  }

  async list({
    before,
    limit,
    signal,
  }: { before: ModelVersion; limit: number } & CallOptions): Promise<readonly StoredModel[]> {
    return (await this.#query(this.#statements.list, { before, limit }, { signal })).map(toStoredModel);
  }

  async write(model: NewModel, options: CallOptions = {}): Promise<StoredModel> {
    let writtenAt = new Date(0); // until the commit
    const noteTime = (committedAt: Date): void => {
      writtenAt = committedAt;
    };
    const { revision } = await this.#writes.writeModel({ model, statements: this.#statements, noteTime }, options);
    return { version: model.previous + 1, revision, writtenAt, note: model.note };
  }

  survey(isWanted: (shape: TupleShape) => boolean, { signal }: CallOptions = {}): Promise<readonly TupleSurvey[]> {
    const { nid } = this.#database.network;
    const statements = this.#statements;
    return this.#database.snapshot((session) => surveyTuples({ nid, session, statements, signal }, isWanted), {
      signal,
    });
  }

  #query(
    statement: Statement,
    values: Readonly<Record<string, SqlValue>>,
    options: CallOptions,
  ): Promise<readonly SqlRow[]> {
    const bound = new Map<string, SqlValue>([...Object.entries(values), ['nid', this.#database.network.nid]]);
    return this.#database.newest.query(bindStatement(statement, bound), options);
  }
}

/** Of the columns version, revision, written_at_ms, note. */
function toStoredModel([version, revision, writtenAtMs, note]: SqlRow): StoredModel {
  return {
    version: Number(version),
    revision: Number(revision),
    writtenAt: new Date(Number(writtenAtMs)),
    note: String(note),
  };
}
