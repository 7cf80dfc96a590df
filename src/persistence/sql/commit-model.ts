import type { Revision } from '../revision.ts';
import { type ModelVersion, ModelVersionError } from '../stored-models.ts';
import type { ModelWrite } from './model-write.ts';
import type { Committed } from './sql-database.ts';
import { bindStatement, type SqlValue } from './statement.ts';
import { type SurveyContext, surveyTuples } from './survey-tuples.ts';

/** The kind of a change row that tells of a new version of the model; it changes no tuple. */
export const MODEL_CHANGES = 'model';

/** What was appended to the change log. */
export interface AppendedChange {
  readonly revision: Revision;
  /** Of all tuples, of which none changes; null when it is not known. */
  readonly checksum: string | null;
  readonly committedAt: Date;
}

/** A transaction that holds the lock of the network's head. */
export interface ModelTransaction extends Omit<SurveyContext, 'statements'> {
  /** Moves the head on and appends to the change log. */
  append(kind: string, payload: string): Promise<AppendedChange>;
}

/** Writes a version of the model. @throws {ModelVersionError} when another one than `previous` is the newest */
export async function commitModel(transaction: ModelTransaction, write: ModelWrite): Promise<Committed> {
  const { statements } = write;
  const { previous, note, document, survey } = write.model;
  const context = { ...transaction, statements };
  const newest = await newestVersion(context);
  if (newest !== previous) throw new ModelVersionError(newest);
  if (survey !== undefined) survey.surveyed(await surveyTuples(context, (shape) => survey.isWanted(shape)));

  const version = previous + 1;
  const { revision, checksum, committedAt } = await transaction.append(MODEL_CHANGES, JSON.stringify({ version }));
  const { nid, session, signal } = transaction;
  const values = { nid, version, revision, written_at_ms: committedAt.getTime(), note, document };
  await session.execute(bindStatement(statements.insert, new Map<string, SqlValue>(Object.entries(values))), {
    signal,
  });
  write.noteTime(committedAt);
  return { revision, changes: [], checksum: checksum ?? undefined, committedAt };
}

/** 0 when there is none. */
export async function newestVersion({ nid, session, statements, signal }: SurveyContext): Promise<ModelVersion> {
  const [row] = await session.query(bindStatement(statements.newest, new Map([['nid', nid]])), { signal });
  return row === undefined ? 0 : Number(row[0]);
}
