import type { TupleShape } from '../../tuple/tuple-shape.ts';
import type { TupleSurvey } from '../stored-models.ts';
import { fetchLongStrings } from './long-strings.ts';
import type { ModelStatements } from './model-statements.ts';
import type { CallOptions, SqlSession } from './sql-database.ts';
import { bindStatement, type SqlValue } from './statement.ts';
import { fromStoredTuple, type StoredTuple } from './stored-tuple.ts';

/** How many tuples of a shape are shown, and of how many shapes. */
const MAX_EXAMPLES = 3;
const MAX_SHAPES_WITH_EXAMPLES = 20;

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

async function readShapes({ nid, session, statements, signal }: SurveyContext): Promise<FoundShape[]> {
  const rows = await session.query(bindStatement(statements.shapes, new Map([['nid', nid]])), { signal });
  // The first four columns are texts, NOT NULL.
  const shapes = rows.map((row) => row.slice(0, 4) as unknown as StoredShape);
  const restore = await fetchLongStrings(session, shapes, { signal });
  return shapes.map((stored, index) => ({
    shape: toShape(stored, restore),
    stored,
    count: Number(rows[index]?.[4]),
  }));
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
