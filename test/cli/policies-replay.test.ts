import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { comparePolicyAnswers } from '../support/replay/compare-policy-answers.ts';
import { runHttpStep } from '../support/replay/http-step.ts';
import { fillIn } from '../support/replay/placeholders.ts';
import { preparePolicies } from '../support/replay/policy-store.ts';
import { type PolicyCase, type PolicyCliStep, readPolicySuites } from '../support/replay/policy-suite.ts';
import { ReplayServer } from '../support/replay/replay-server.ts';
import { runProgram } from './support/run-program.ts';

/** What a call of the command line must print; parts where the text is free. */
interface CliExpectation {
  readonly exit: number;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly stdout_contains?: readonly string[];
  readonly stderr_contains?: readonly string[];
}

describe('recorded calls of the policies commands', () => {
  let server: ReplayServer;
  before(async () => {
    server = await ReplayServer.start({ config: { serve: { read: { policy_writes: true } } }, namespaces: [] });
  });
  after(() => server[Symbol.asyncDispose]());

  for (const { cases } of readPolicySuites().filter(({ suite }) => suite === 'acp/cli')) {
    for (const recorded of cases) it(recorded.name, () => replayCase(recorded, server));
  }
});

async function replayCase({ store, steps }: PolicyCase, server: ReplayServer): Promise<void> {
  const port = server.port('read');
  const known = server.placeholders();
  const dir = mkdtempSync(join(tmpdir(), 'stheno-policies-'));
  try {
    await preparePolicies(port, store);
    for (const step of steps) {
      if (step.kind === 'cli') await replayCall(fillIn(step, known), dir);
      else assert.deepEqual(comparePolicyAnswers(step, await runHttpStep(port, fillIn(step, known)), known), []);
    }
  } finally {
    rmSync(dir, { recursive: true });
  }
}

async function replayCall({ argv, env = {}, files = {}, expect, stheno }: PolicyCliStep, dir: string): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  const end = await runProgram({ args: [...argv], cwd: dir, env });
  const wanted = (stheno?.expect ?? expect) as unknown as CliExpectation; // what recorded calls have
  const call = argv.join(' ');
  assert.equal(end.exit, wanted.exit, `exit code of ${call}: ${end.stderr}`);
  for (const name of ['stdout', 'stderr'] as const) {
    if (wanted[name] !== undefined) assert.equal(end[name], wanted[name], `${name} of ${call}`);
    for (const part of wanted[`${name}_contains`] ?? []) {
      assert.ok(end[name].includes(part), `${name} of ${call}: no ${part} in ${end[name]}`);
    }
  }
}
