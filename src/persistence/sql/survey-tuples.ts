import { setImmediate } from 'node:timers/promises';
import type { TupleShape } from '../../tuple/tuple-shape.ts';
import type { TupleSurvey } from '../stored-models.ts';
import { fetchLongStrings } from './long-strings.ts';
import type { ModelStatements } from './model-statements.ts';
import { TUPLE_COLUMNS } from './schema.ts';
import type { CallOptions, SqlSession } from './sql-database.ts';
import { bindStatement, type SqlValue } from './statement.ts';
import { fromStoredTuple, type StoredTuple } from './stored-tuple.ts';

/** How many tuples of a shape are shown, and of how many shapes. */
const MAX_EXAMPLES = 3;
const MAX_SHAPES_WITH_EXAMPLES = 20;

/** How many tuples are counted before others get their turn: two or three milliseconds of work. */
const TUPLES_PER_TURN = 1000;

export interface SurveyContext extends CallOptions {
  readonly nid: number;
  readonly session: SqlSession;
  readonly statements: ModelStatements;
}

/** Counts the stored tuples of the wanted shapes; one walk through all of them. In the order of the shapes' bytes. */
export async function surveyTuples(
  context: SurveyContext,
  isWanted: (shape: TupleShape) => boolean,
): Promise<TupleSurvey[]> {
  const found = (await readShapes(context)).filter(({ shape }) => isWanted(shape)).sort(byStoredForm);
  const surveys: TupleSurvey[] = [];
  for (const [index, { shape, stored, count }] of found.entries()) {
    const examples = index < MAX_SHAPES_WITH_EXAMPLES ? await readExamples(context, stored) : [];
    surveys.push({ shape, count, examples });
  }
  return surveys;
}

/** Namespace, relation, subject namespace and subject relation, as they are stored. */
type StoredShape = readonly [string, string, string, string];

interface FoundShape {
  readonly shape: TupleShape;
  readonly stored: StoredShape;
  readonly count: number;
}

async function readShapes(context: SurveyContext): Promise<FoundShape[]> {
  const { walk } = context.statements;
  const counted = walk === undefined ? await countAtOnce(context) : await countInTurns(context, walk);
  const restore = await fetchLongStrings(
    context.session,
    counted.map(({ stored }) => stored),
    { signal: context.signal },
  );
  return counted.map(({ stored, count }) => ({ shape: toShape(stored, restore), stored, count }));
}

interface CountedShape {
  readonly stored: StoredShape;
  count: number;
}

async function countAtOnce({ nid, session, statements, signal }: SurveyContext): Promise<CountedShape[]> {
  const rows = await session.query(bindStatement(statements.shapes, new Map([['nid', nid]])), { signal });
  // The first four columns are texts, NOT NULL.
  return rows.map((row) => ({ stored: row.slice(0, 4) as unknown as StoredShape, count: Number(row[4]) }));
}

/** The same, and others get their turn in between. */
async function countInTurns(
  { nid, session, signal }: SurveyContext,
  { first, further }: NonNullable<ModelStatements['walk']>,
): Promise<CountedShape[]> {
  const counted = new Map<string, CountedShape>();
  const values = new Map<string, SqlValue>([
    ['nid', nid],
    ['limit', TUPLES_PER_TURN],
  ]);
  for (let statement = first; ; statement = further) {
    // The statement selects the six tuple columns.
    const rows = (await session.query(bindStatement(statement, values), {
      signal,
    })) as unknown as readonly StoredTuple[];
    for (const [namespace, , relation, subjectNamespace, , subjectRelation] of rows) {
      const stored = [namespace, relation, subjectNamespace, subjectRelation] as const;
      const key = stored.join('\0');
      const known = counted.get(key);
      if (known === undefined) counted.set(key, { stored, count: 1 });
      else known.count++;
    }
    const last = rows.at(-1);
    if (rows.length < TUPLES_PER_TURN || last === undefined) return [...counted.values()];
    for (const [index, column] of TUPLE_COLUMNS.entries()) values.set(`after_${column}`, last[index] as string); // six each
    await setImmediate();
  }
}

function toShape([namespace, relation, ...subject]: StoredShape, restore: (longForm: string) => string): TupleShape {
  const tuple = fromStoredTuple([namespace, '', relation, subject[0], '', subject[1]], restore);
  const { subject: of } = tuple;
  return {
    namespace: tuple.namespace,
    relation: tuple.relation,
    subject: of.kind === 'id' ? { kind: 'id' } : { kind: 'set', namespace: of.namespace, relation: of.relation },
  };
}

async function readExamples({ nid, session, statements, signal }: SurveyContext, stored: StoredShape) {
  const [namespace, relation, subject_namespace, subject_relation] = stored;
  const values = { nid, namespace, relation, subject_namespace, subject_relation, limit: MAX_EXAMPLES };
  const bound = bindStatement(statements.examples, new Map<string, SqlValue>(Object.entries(values)));
  // The statement selects the six tuple columns.
  const rows = (await session.query(bound, { signal })) as unknown as readonly StoredTuple[];
  const restore = await fetchLongStrings(session, rows, { signal });
  return rows.map((row) => fromStoredTuple(row, restore));
}

function byStoredForm({ stored: a }: FoundShape, { stored: b }: FoundShape): number {
  return Buffer.compare(Buffer.from(a.join('\0')), Buffer.from(b.join('\0')));
}
