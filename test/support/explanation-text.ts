import type { Explanation, ExplanationStep } from '../../src/engine/explanation.ts';
import { formatTuple } from '../../src/tuple/tuple-text.ts';

/** An explanation as lines, each step indented below the one that it explains. */
export function explanationText({ root, truncated }: Explanation): string[] {
  return [...stepLines(root, ''), ...(truncated ? ['…'] : [])];
}

function stepLines(step: ExplanationStep, indent: string): string[] {
  const { answer, omitted } = step;
  const details = answer.kind === 'unknown' ? ` (${answer.limitation})` : '';
  const reason = answer.kind === 'error' ? ` (${answer.error.reason})` : '';
  const end = omitted === undefined ? '' : `, ${omitted}`;
  const line = `${indent}${describe(step)}: ${answer.kind}${details}${reason}${end}`;
  return [line, ...step.children.flatMap((child) => stepLines(child, `${indent}  `))];
}

function describe(step: ExplanationStep): string {
  switch (step.kind) {
    case 'check':
      return `check ${setText(step.set)}`;
    case 'direct':
      return `direct ${formatTuple(step.tuple)}`;
    case 'subject-set':
      return `subject-set ${formatTuple(step.tuple)} to ${setText(step.set)}`;
    case 'computed':
    case 'traverse':
      return `${step.kind} ${placeText(step)} to ${setText(step.set)}`;
    case 'and':
    case 'or':
    case 'not':
      return `${step.kind} ${placeText(step)}`;
  }
}

function setText({ namespace, object, relation }: { namespace: string; object: string; relation: string }): string {
  return `${namespace}:${object}#${relation}`;
}

function placeText({ rule }: { rule: { namespace: string; permit: string; position: readonly number[] } }): string {
  return `${rule.namespace}#${rule.permit}[${rule.position.join(',')}]`;
}
