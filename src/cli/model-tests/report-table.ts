import type { Position } from '../../opl/diagnostic.ts';
import { formatPlace } from '../../opl/format-diagnostics.ts';
import { formatTuple } from '../../tuple/tuple-text.ts';
import type { Paint } from '../color.ts';
import { formatExplanation } from '../explanation-text.ts';
import { visible } from '../visible.ts';
import type { Covered } from './coverage.ts';
import type { Report } from './report.ts';
import type { Outcome, TestOutcome } from './run-tests.ts';
import type { PlacedTuple } from './test-file.ts';

/** A report for people: what failed is shown with its place, and with the explanation of a check. */
export function reportTable({ files, counts }: Report, paint: Paint): string {
  const blocks = files.map(({ path, results, problem, doubtful = [], coverage }) => {
    if (results === undefined) return paint(problem ?? '', 'red');
    const doubts = doubtful.map((tuple) => doubtText(tuple, paint)).join('');
    const tests = results.map((result) => testText(result, paint)).join('');
    return `${paint(path, 'bold')}\n${doubts}${tests}${coverage === undefined ? '' : coverageText(coverage, paint)}`;
  });
  const { passed, failed, broken } = counts;
  const summary = [`${passed} passed`, `${failed} failed`, ...(broken > 0 ? [`${broken} files could not be run`] : [])];
  const isGood = failed === 0 && broken === 0;
  return `${blocks.join('\n')}\n${paint(summary.join(', '), isGood ? 'green' : 'red')}\n`;
}

function doubtText({ tuple, place, problem = '' }: PlacedTuple, paint: Paint): string {
  const text = `${placeText(place)}: ${formatTuple(tuple)}: ${problem}`;
  return `  ${paint('!', 'yellow')} ${visible(text)}\n`;
}

function testText({ test, outcomes }: TestOutcome, paint: Paint): string {
  const failed = outcomes.filter(({ passed }) => !passed);
  const count = `${outcomes.length - failed.length} of ${outcomes.length}`;
  const mark = failed.length === 0 ? paint('✓', 'green') : paint('✗', 'red');
  return `  ${mark} ${visible(test.name)} (${count})\n${failed.map((outcome) => failureText(outcome, paint)).join('')}`;
}

function failureText(outcome: Outcome, paint: Paint): string {
  const { place, question, explanation, remark } = outcome;
  const lines = [
    `${placeText(place)}: ${visible(question)}: expected ${listed(outcome.expected)}, but got ${listed(outcome.actual)}`,
    ...(remark === undefined ? [] : [visible(remark)]),
    ...(explanation === undefined ? [] : formatExplanation(explanation, paint).trimEnd().split('\n')),
  ];
  return lines.map((line, at) => `${at === 0 ? '    ' : '      '}${line}\n`).join('');
}

/** What is expected or came out, in one line. */
export function listed(value: string | readonly string[]): string {
  if (typeof value === 'string') return value;
  return value.length === 0 ? 'nothing' : visible(value.join(', '));
}

function coverageText(coverage: readonly Covered[], paint: Paint): string {
  const tested = coverage.filter(({ granted, denied }) => granted || denied);
  const share = coverage.length === 0 ? 100 : Math.floor((100 * tested.length) / coverage.length);
  const head = `  coverage: ${tested.length} of ${coverage.length} relations and permits (${share} %)\n`;
  const gaps = coverage.flatMap(({ namespace, relation, granted, denied }) => {
    if (granted && denied) return [];
    const gap = granted ? 'never denied' : denied ? 'never granted' : 'not tested';
    return `    ${namespace}#${relation} ${paint(gap, granted || denied ? 'dim' : 'yellow')}\n`;
  });
  return head + gaps.join('');
}

function placeText(place: Position): string {
  return formatPlace(undefined, place);
}
