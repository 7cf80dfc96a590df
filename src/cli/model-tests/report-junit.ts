import { formatExplanation } from '../explanation-text.ts';
import type { FileReport, Report } from './report.ts';
import { listed } from './report-table.ts';
import type { Outcome } from './run-tests.ts';

/** A report in the XML that CI systems read from JUnit: a suite for each file, a case for each expectation. */
export function reportJunit({ files, counts }: Report): string {
  const { passed, failed, broken } = counts;
  const totals = `tests="${passed + failed + broken}" failures="${failed}" errors="${broken}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${totals}>\n${files.map(suite).join('')}</testsuites>\n`;
}

function suite({ path, results, problem }: FileReport): string {
  if (results === undefined) {
    const error = `      <error message="the file cannot be run">${escaped(problem ?? '')}</error>\n`;
    const broken = `    <testcase classname="${escaped(path)}" name="the file">\n${error}    </testcase>\n`;
    return `  <testsuite name="${escaped(path)}" tests="1" failures="0" errors="1">\n${broken}  </testsuite>\n`;
  }
  const outcomes = results.flatMap((result) => result.outcomes);
  const failures = outcomes.filter(({ passed }) => !passed).length;
  const counts = `tests="${outcomes.length}" failures="${failures}" errors="0"`;
  const head = `  <testsuite name="${escaped(path)}" ${counts} time="${seconds(outcomes)}">\n`;
  const cases = results.map((result) => result.outcomes.map((one) => testCase(path, result.test.name, one)).join(''));
  return `${head}${cases.join('')}  </testsuite>\n`;
}

function testCase(path: string, test: string, outcome: Outcome): string {
  const { question, place, passed, expected, actual, remark, explanation } = outcome;
  const name = `${test}: ${question}`;
  const head = `    <testcase classname="${escaped(path)}" name="${escaped(name)}" time="${seconds([outcome])}"`;
  if (passed) return `${head}/>\n`;
  const message = `expected ${listed(expected)}, but got ${listed(actual)}`;
  const details = [
    `${path}:${place.line}:${place.column + 1}`,
    ...(remark === undefined ? [] : [remark]),
    ...(explanation === undefined ? [] : [formatExplanation(explanation, (text) => text).trimEnd()]),
  ].join('\n');
  return `${head}>\n      <failure message="${escaped(message)}">${escaped(details)}</failure>\n    </testcase>\n`;
}

function seconds(outcomes: readonly Outcome[]): string {
  return (outcomes.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000).toFixed(6);
}

/** For attributes and contents (XML 1.0 §2.2, §2.4): what must not stand in a document is replaced. */
function escaped(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
