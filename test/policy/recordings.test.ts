import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { JsonValue } from '../../src/policy/json-value.ts';
import { PolicyWorld } from '../support/policy-world.ts';

/** The recorded suites that ask about documents and decisions; what HTTP adds is replayed against the server. */
const SUITES = [
  'allowed',
  'conditions',
  'conditions-more',
  'crud',
  'decisions',
  'globs',
  'lists',
  'members',
  'pattern-fields',
  'patterns',
  'regexes',
];

interface Expectation {
  readonly status: number;
  readonly json?: JsonValue;
  readonly text?: string;
}

interface Step {
  readonly method: string;
  readonly path: string;
  readonly json?: JsonValue;
  readonly text?: string;
  readonly base64?: string;
  readonly expect: Expectation;
  readonly stheno?: { readonly expect: Expectation };
}

interface Recording {
  readonly name: string;
  readonly store?: Readonly<Record<string, Readonly<Record<string, readonly JsonValue[]>>>>;
  readonly steps: readonly Step[];
}

for (const suite of SUITES) {
  const file = new URL(`../conformance/acp/${suite}.json`, import.meta.url);
  const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: readonly Recording[] };
  describe(`recorded ${suite}`, () => {
    for (const recording of cases) it(recording.name, () => replay(recording));
  });
}

function replay({ store, steps }: Recording): void {
  const world = new PolicyWorld();
  for (const [flavor, kinds] of Object.entries(store ?? {})) {
    for (const [kind, items] of Object.entries(kinds)) {
      for (const item of items) world.answer('PUT', `/engines/acp/ory/${flavor}/${kind}`, JSON.stringify(item));
    }
  }
  const saved = new Map<string, string>();
  for (const { method, path, json, text, base64, expect, stheno } of steps) {
    const body = json === undefined ? (text ?? Buffer.from(base64 ?? '', 'base64').toString()) : JSON.stringify(json);
    const expected = stheno?.expect ?? expect;
    const answer = world.answer(method, fill(path, saved), body);
    const step = `${method} ${path} ${body.slice(0, 200)}: ${answer.text.slice(0, 200)}`;
    assert.equal(answer.status, expected.status, step);
    if (expected.text !== undefined) assert.equal(answer.text, expected.text, step);
    if (expected.json === undefined) continue;
    const shown: unknown = JSON.parse(answer.text);
    assert.deepEqual(shown, JSON.parse(fill(saveId(JSON.stringify(expected.json), shown, saved), saved)), step);
  }
}

/** `{{save:name}}` stands for an id that the program made up; it is remembered under the name. */
function saveId(expected: string, answer: unknown, saved: Map<string, string>): string {
  return expected.replace(/\{\{save:(\w+)\}\}/, (_all, name: string) => {
    const { id } = answer as { id: string };
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    saved.set(name, id);
    return id;
  });
}

function fill(text: string, saved: ReadonlyMap<string, string>): string {
  return text.replace(/\{\{(\w+)\}\}/g, (all, name: string) => saved.get(name) ?? all);
}
