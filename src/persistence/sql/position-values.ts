import type { PagePosition } from '../tuple-reader.ts';
import { TUPLE_COLUMNS } from './schema.ts';
import type { SqlValue } from './statement.ts';

/** Binds the parameters `after_<column>` of a statement that resumes behind a row. */
export function addPosition(values: Map<string, SqlValue>, after: PagePosition): void {
  for (const [index, column] of TUPLE_COLUMNS.entries()) values.set(`after_${column}`, after[index] ?? '');
}
