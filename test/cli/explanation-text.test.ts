import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, it } from 'node:test';
import { paintFor } from '../../src/cli/color.ts';
import { formatDot, formatMermaid } from '../../src/cli/explanation-graph.ts';
import { answerWord, formatExplanation } from '../../src/cli/explanation-text.ts';
import type { Explanation, ExplanationStep, Finding } from '../../src/client/index.ts';

const PLAIN = (text: string): string => text;
const YES: Finding = { membership: 'member', limitation: undefined };
const NO: Finding = { membership: 'not-member', limitation: undefined };

const step = (kind: ExplanationStep['kind'], finding: Finding, rest: Partial<ExplanationStep>): ExplanationStep => ({
  kind,
  ...finding,
  set: undefined,
  tuple: undefined,
  rule: undefined,
  omission: undefined,
  children: [],
  ...rest,
});
const set = (object: string, relation: string) => ({ namespace: 'Doc', object, relation });
const lookUp = (object: string, id: string) => ({ ...set(object, 'viewers'), subject: { kind: 'id' as const, id } });

const explanation: Explanation = {
  ...YES,
  truncated: true,
  snaptoken: '',
  modelId: '',
  root: step('check', YES, {
    set: set('a', 'view'),
    children: [
      step('direct', NO, { tuple: lookUp('a"\u001B', 'ann#1') }),
      step('computed', YES, { set: set('<b>', 'viewers'), omission: 'repeated' }),
    ],
  }),
};

describe('an explanation as text', () => {
  it('is a tree, in which control characters are replaced', () => {
    assert.equal(
      formatExplanation(explanation, PLAIN),
      `Allowed
✓ Doc:a#view
├─ ✗ Doc:a"\uFFFD#viewers@ann#1 is not stored
└─ ✓ Doc:<b>#viewers (explained elsewhere)
There are more steps than are shown.
`,
    );
  });

  it('has colours on a terminal, and none where they are not wanted', () => {
    const terminal = Object.assign(new PassThrough(), { isTTY: true });
    const colored = formatExplanation(explanation, paintFor(terminal, {}));
    assert.ok(colored.startsWith('\u001B[1mAllowed\u001B[0m\n\u001B[32m✓\u001B[0m Doc:a#view\n'), colored);
    assert.ok(colored.includes('\u001B[31m✗\u001B[0m'));
    for (const paint of [paintFor(terminal, { NO_COLOR: '1' }), paintFor(new PassThrough(), {})]) {
      assert.equal(formatExplanation(explanation, paint), formatExplanation(explanation, PLAIN));
    }
  });

  const words: [Finding, string][] = [
    [NO, 'Denied'],
    [{ membership: 'unknown', limitation: 'depth' }, 'Unknown: the depth ran out'],
    [{ membership: 'unknown', limitation: 'nodes' }, 'Unknown: the check became too large'],
    [{ membership: 'error', limitation: 'undeclared_relation' }, 'No answer: a relation is not declared'],
    [{ membership: 'error', limitation: 'contradiction' }, 'No answer: a fact depends on its own negation'],
    [{ membership: 'error', limitation: 'new' }, 'No answer: new'],
  ];
  for (const [finding, word] of words) it(`says "${word}"`, () => assert.equal(answerWord(finding), word));
});

describe('an explanation as a graph', () => {
  it('is text for Graphviz', () => {
    assert.equal(
      formatDot(explanation),
      `digraph explanation {
  label="Allowed";
  labelloc="t";
  node [shape=box];
  n0 [label="Doc:a#view", color="#2e7d32"];
  n1 [label="Doc:a\\"\uFFFD#viewers@ann#1 is not stored", color="#c62828"];
  n0 -> n1;
  n2 [label="Doc:<b>#viewers (explained elsewhere)", color="#2e7d32"];
  n0 -> n2;
}
`,
    );
  });

  it('is text for Mermaid', () => {
    assert.equal(
      formatMermaid(explanation),
      `---
title: "Allowed"
---
flowchart TD
  n0["Doc:a#35;view"]:::member
  n1["Doc:a#34;\uFFFD#35;viewers@ann#35;1 is not stored"]:::not_member
  n0 --> n1
  n2["Doc:#60;b#62;#35;viewers (explained elsewhere)"]:::member
  n0 --> n2
  classDef member stroke:#2e7d32
  classDef not_member stroke:#c62828
  classDef unknown stroke:#b26a00
  classDef error stroke:#b26a00
`,
    );
  });
});
