import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { compareAnswers } from './compare-answers.ts';
import { runGrpcStep } from './grpc-step.ts';
import { runHttpStep } from './http-step.ts';
import { fillIn } from './placeholders.ts';
import { prepareStore } from './prepare-store.ts';
import { ReplayServer } from './replay-server.ts';
import type { Answer, Case, Step, Suite } from './suite.ts';

/** Declares a test for every case of every suite in the folder; the cases of a suite share a server. */
export function replaySuites(folder: URL): void {
  for (const file of readdirSync(folder).sort()) {
    replaySuite(JSON.parse(readFileSync(fileURLToPath(new URL(file, folder)), 'utf8')) as Suite); // our own data
  }
}

function replaySuite({ suite, setup, cases }: Suite): void {
  const ours = cases.filter(({ steps }) => steps.some(isOurs));
  if (ours.length === 0) return; // recorded with a model that does not load here
  describe(suite, () => {
    let server: ReplayServer | undefined;
    after(() => server?.[Symbol.asyncDispose]());
    for (const recorded of ours) {
      it(recorded.name, async () => {
        server ??= await ReplayServer.start(setup);
        await replayCase(recorded, server);
        if (!recorded.steps.some(({ kind }) => kind === 'reconfigure')) return;
        await server[Symbol.asyncDispose]();
        server = undefined;
      });
    }
  });
}

function isOurs(step: Step): boolean {
  return step.kind === 'reconfigure' || step.stheno === undefined || step.stheno.expect !== undefined;
}

async function replayCase({ tuples = [], steps }: Case, server: ReplayServer): Promise<void> {
  const known = server.placeholders();
  const gathered = new Map<string, unknown[]>();
  await prepareStore(server, tuples);
  for (const [index, step] of steps.entries()) {
    if (step.kind === 'reconfigure') {
      await server.reconfigure(step.setup);
      continue;
    }
    const actual = await runStep(fillIn(step, known), server, gathered);
    for (const [name, pointer] of Object.entries(step.gather ?? {})) {
      gathered.set(name, [...(gathered.get(name) ?? []), ...(valueAt(actual, pointer) as unknown[])]);
    }
    const expected = step.stheno === undefined ? step.expect : step.stheno.expect;
    if (expected === undefined) continue;
    const rules = { mask: step.mask ?? [], unordered: step.unordered ?? [], known };
    const differences = compareAnswers(step.kind, expected, actual, rules);
    assert.equal(differences.length, 0, explain(index, step, differences, expected, actual));
  }
}

async function runStep(step: Step, server: ReplayServer, gathered: ReadonlyMap<string, unknown[]>): Promise<Answer> {
  switch (step.kind) {
    case 'http':
      return runHttpStep(server.port(step.port), step);
    case 'grpc':
      return runGrpcStep(server.port(step.port), step);
    case 'gathered':
      return { json: gathered.get(step.name) ?? [] };
    case 'reconfigure':
      throw new Error('BUG: a reconfiguration has no answer');
  }
}

function valueAt(answer: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .reduce((value, key) => (value as Answer | undefined)?.[key], answer);
}

function explain(index: number, step: Step, differences: readonly string[], expected: Answer, actual: Answer): string {
  const { expect: _, stheno, ...request } = step as { expect?: Answer; stheno?: { decision: unknown } };
  const parts = [
    `step ${index + 1}${stheno === undefined ? '' : ` (decision ${stheno.decision})`}`,
    ...differences,
    `sent:     ${shorten(request)}`,
    `expected: ${shorten(expected)}`,
    `got:      ${shorten(actual)}`,
  ];
  return parts.join('\n');
}

function shorten(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 1_500 ? `${text.slice(0, 1_500)}…` : text;
}
