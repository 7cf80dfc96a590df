import { formatTuple } from '../../tuple/tuple-text.ts';
import type { JsonObject } from '../output/json.ts';
import { formatJson } from '../output/json-text.ts';
import type { FileReport, Report } from './report.ts';
import type { Outcome } from './run-tests.ts';

/** A report for programs. Lines and columns count from 1. */
export function reportJson({ files, counts }: Report): string {
  return formatJson({ ...counts, files: files.map(fileJson) }, { isPretty: false });
}

function fileJson({ path, results, problem, doubtful = [], coverage }: FileReport): JsonObject {
  return {
    file: path,
    ...(problem !== undefined && { problem: problem.trimEnd() }),
    ...(doubtful.length > 0 && {
      doubtful_tuples: doubtful.map(({ tuple, place, problem: message = '' }) => {
        return { tuple: formatTuple(tuple), line: place.line, column: place.column + 1, message };
      }),
    }),
    ...(results !== undefined && {
      tests: results.map(({ test, outcomes }) => ({ name: test.name, expectations: outcomes.map(outcomeJson) })),
    }),
    ...(coverage !== undefined && {
      coverage: coverage.map(({ namespace, relation, kind, granted, denied }) => {
        return { namespace, relation, kind, granted, denied };
      }),
    }),
  };
}

function outcomeJson({ question, place, passed, expected, actual, remark, durationMs }: Outcome): JsonObject {
  return {
    question,
    line: place.line,
    column: place.column + 1,
    passed,
    expected,
    actual,
    ...(remark !== undefined && { remark }),
    duration_ms: Math.round(durationMs * 1000) / 1000,
  };
}
