import type { Explanation, ExplanationStep } from '../client/explain.ts';
import { answerWord, describeStep, omissionText } from './explanation-text.ts';

/** A step with its number and the number of the step that it explains. */
interface Numbered {
  readonly step: ExplanationStep;
  readonly number: number;
  readonly above: number | undefined;
}

const COLORS: Readonly<Record<ExplanationStep['membership'], string>> = {
  member: '#2e7d32',
  'not-member': '#c62828',
  unknown: '#b26a00',
  error: '#b26a00',
};

/** An explanation in the language of Graphviz. */
export function formatDot(explanation: Explanation): string {
  const lines = stepsOf(explanation).flatMap(({ step, number, above }) => [
    `  n${number} [label=${dotText(labelOf(step))}, color="${COLORS[step.membership]}"];`,
    ...(above === undefined ? [] : [`  n${above} -> n${number};`]),
  ]);
  const head = `  label=${dotText(answerWord(explanation))};\n  labelloc="t";\n  node [shape=box];`;
  return `digraph explanation {\n${[head, ...lines].join('\n')}\n}\n`;
}

/** An explanation as a Mermaid flowchart. */
export function formatMermaid(explanation: Explanation): string {
  const lines = stepsOf(explanation).flatMap(({ step, number, above }) => [
    `  n${number}["${mermaidText(labelOf(step))}"]:::${classOf(step)}`,
    ...(above === undefined ? [] : [`  n${above} --> n${number}`]),
  ]);
  const classes = Object.entries(COLORS).map(([name, color]) => `  classDef ${name.replace('-', '_')} stroke:${color}`);
  return `${[`---\ntitle: ${JSON.stringify(answerWord(explanation))}\n---\nflowchart TD`, ...lines, ...classes].join('\n')}\n`;
}

function stepsOf({ root }: Explanation): Numbered[] {
  const steps: Numbered[] = [{ step: root, number: 0, above: undefined }];
  // The list grows while it is walked.
  for (const { step, number } of steps) {
    for (const child of step.children) steps.push({ step: child, number: steps.length, above: number });
  }
  return steps;
}

function labelOf(step: ExplanationStep): string {
  const omission = omissionText(step);
  return omission === '' ? describeStep(step) : `${describeStep(step)} (${omission})`;
}

function classOf({ membership }: ExplanationStep): string {
  return membership.replace('-', '_');
}

/** A quoted string of the DOT language: only the quote has an escape of its own, the backslash begins those of labels. */
function dotText(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** What would end the label or be markup in it becomes an entity code, as Mermaid writes them. */
function mermaidText(text: string): string {
  return text.replaceAll(/["#&<>`\\;]/g, (character) => `#${character.charCodeAt(0)};`);
}
