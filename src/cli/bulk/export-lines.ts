import { parseTupleLine, TupleLineError } from '../../tuple/parse-tuple-line.ts';
import type { RelationTuple } from '../../tuple/relation-tuple.ts';
import { formatTuple } from '../../tuple/tuple-text.ts';
import { CommandFailure } from '../command-failure.ts';
import { tupleToJson } from '../tuple-json.ts';

/** How tuples are written, by the name of the format; each text is a line. */
export const EXPORT_FORMATS: Readonly<Record<string, (tuple: RelationTuple) => string>> = {
  jsonl: (tuple) => `${JSON.stringify(tupleToJson(tuple))}\n`,
  text: (tuple) => `${textOf(tuple)}\n`,
};

/**
 * A tuple in text form that an import reads as the same tuple. Most do; names may contain what the form is made of.
 * @throws {CommandFailure}
 */
function textOf(tuple: RelationTuple): string {
  const text = formatTuple(tuple);
  if (!text.includes('\n') && isReadAs(text, tuple)) return text;
  throw new CommandFailure(
    `${JSON.stringify(tupleToJson(tuple))} cannot be written in text form: use --format jsonl\n`,
  );
}

function isReadAs(text: string, tuple: RelationTuple): boolean {
  try {
    const read = parseTupleLine(text)?.tuple;
    return read !== undefined && JSON.stringify(tupleToJson(read)) === JSON.stringify(tupleToJson(tuple));
  } catch (error) {
    if (error instanceof TupleLineError) return false;
    throw error;
  }
}
