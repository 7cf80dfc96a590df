import type { RelationTuple } from '../tuple/relation-tuple.ts';
import { formatSubject, formatTuple } from '../tuple/tuple-text.ts';
import type { Result } from './output/output.ts';
import { formatTable } from './output/table-text.ts';
import { tupleToJson } from './tuple-json.ts';

/** The cells of tuples in a table, with their header (contract: command line §4.1). */
export function tupleRows(tuples: readonly RelationTuple[]): string[][] {
  return [
    ['NAMESPACE', 'OBJECT', 'RELATION NAME', 'SUBJECT'],
    ...tuples.map((tuple) => [tuple.namespace, tuple.object, tuple.relation, formatSubject(tuple.subject)]),
  ];
}

/** One tuple text a line. */
export function tupleLines(tuples: readonly RelationTuple[]): string {
  return tuples.map((tuple) => `${formatTuple(tuple)}\n`).join('');
}

/** Tuples that a command was given: null and a blank line when there are none (contract: command line §8). */
export function tuplesResult(tuples: readonly RelationTuple[]): Result {
  return {
    data: tuples.length === 0 ? null : tuples.map(tupleToJson),
    table: () => formatTable(tupleRows(tuples)),
    quiet: () => tupleLines(tuples) || '\n',
  };
}
