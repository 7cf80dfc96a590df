import type { Explanation, ExplanationStep, Finding } from '../client/explain.ts';
import { formatPlace } from '../opl/format-diagnostics.ts';
import { formatSubjectSet, formatTuple } from '../tuple/tuple-text.ts';
import type { Paint } from './color.ts';
import { visible } from './visible.ts';

/** The answer alone. */
export function answerWord({ membership, limitation }: Finding): string {
  switch (membership) {
    case 'member':
      return 'Allowed';
    case 'not-member':
      return 'Denied';
    case 'unknown':
      return `Unknown: ${LIMITATIONS[limitation ?? ''] ?? limitation ?? 'no reason is given'}`;
    case 'error':
      return `No answer: ${LIMITATIONS[limitation ?? ''] ?? limitation ?? 'no reason is given'}`;
  }
}

const LIMITATIONS: Readonly<Record<string, string>> = {
  depth: 'the depth ran out',
  nodes: 'the check became too large',
  undeclared_relation: 'a relation is not declared',
  contradiction: 'a fact depends on its own negation',
};

/** An explanation as an indented tree below its answer. */
export function formatExplanation({ root, truncated, ...finding }: Explanation, paint: Paint): string {
  const head = paint(answerWord(finding), 'bold');
  const lines = [head, lineOf(root, paint), ...childLines(root, '', paint)];
  if (truncated) lines.push(paint('There are more steps than are shown.', 'dim'));
  return lines.map((line) => `${line}\n`).join('');
}

/** What a step looked at, in words. */
export function describeStep(step: ExplanationStep): string {
  return visible(describe(step));
}

/** Why a step has no children, or not all of them; empty when nothing is missing. */
export function omissionText({ omission }: ExplanationStep): string {
  return omission === undefined ? '' : OMISSIONS[omission];
}

const OMISSIONS: Readonly<Record<NonNullable<ExplanationStep['omission']>, string>> = {
  cycle: 'goes round in a circle',
  repeated: 'explained elsewhere',
  limit: 'the limit struck here',
  size: 'more steps are left out',
};

function childLines({ children }: ExplanationStep, indent: string, paint: Paint): string[] {
  return children.flatMap((child, at) => {
    const isLast = at === children.length - 1;
    const branch = paint(`${indent}${isLast ? '└─' : '├─'}`, 'dim');
    return [`${branch} ${lineOf(child, paint)}`, ...childLines(child, `${indent}${isLast ? '   ' : '│  '}`, paint)];
  });
}

const MARKS: Readonly<Record<Finding['membership'], readonly [string, 'green' | 'red' | 'yellow']>> = {
  member: ['✓', 'green'],
  'not-member': ['✗', 'red'],
  unknown: ['?', 'yellow'],
  error: ['!', 'yellow'],
};

function lineOf(step: ExplanationStep, paint: Paint): string {
  const [mark, color] = MARKS[step.membership];
  const notes = [visible(placeText(step)), omissionText(step)].filter((note) => note !== '');
  const aside = notes.length === 0 ? '' : paint(` (${notes.join(', ')})`, 'dim');
  return `${paint(mark, color)} ${describeStep(step)}${aside}`;
}

function describe(step: ExplanationStep): string {
  const set = step.set === undefined ? '' : formatSubjectSet(step.set);
  const tuple = step.tuple === undefined ? '' : formatTuple(step.tuple);
  switch (step.kind) {
    case 'direct':
      return `${tuple} ${step.membership === 'member' ? 'is stored' : 'is not stored'}`;
    case 'subject-set':
      // What is stored leads to its own set, or to another relation of its object.
      return tuple.endsWith(`@${set}`) ? tuple : `${tuple} leads to ${set}`;
    case 'traverse':
      return `what ${set} leads to`;
    case 'and':
      return `all of (${permitText(step)})`;
    case 'or':
      return `any of (${permitText(step)})`;
    case 'not':
      return `not (${permitText(step)})`;
    case 'check':
    case 'computed':
    case 'unspecified':
      return set;
  }
}

function permitText({ rule }: ExplanationStep): string {
  return rule === undefined ? '' : `${rule.namespace}#${rule.permit}`;
}

/** Where the step stands in the model's text: `model.ts:4:12`. */
function placeText({ rule }: ExplanationStep): string {
  return rule?.start === undefined ? '' : formatPlace(rule.file, rule.start);
}
