import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Claim, Contestant } from '../contestant.ts';
import type { LoadGenerator } from '../load/load-generator.ts';
import { type Drive, measure, medianOf } from '../measure.ts';
import {
  allowedPath,
  CATASTROPHES,
  type PolicyFlavor,
  policyQuestions,
  storeCatastrophes,
  storePolicies,
} from '../policy-world.ts';
import { printTable, report } from '../report.ts';
import type { ServerProcess } from '../server-process.ts';
import { scratchFolder, startStheno } from '../stheno.ts';

const FLAVORS: readonly PolicyFlavor[] = ['exact', 'regex'];
/** What 10,000 times as many policies may cost: much less than in proportion, which is 10,000 ×. */
const MAX_GROWTH = 2;
const MAX_CATASTROPHE_MS = 5;
/** Long enough that a matcher which backtracks would take longer than the universe is old. */
const REPEATED = 500;
const ASKED_EACH = 30;

/** Questions about policies with few and with many of them, and expressions that are made to take for ever. */
export async function policies(drive: Drive, generator: LoadGenerator): Promise<boolean> {
  const grows = await growth(drive, generator);
  const ends = await catastrophes();
  return grows && ends;
}

async function growth(drive: Drive, generator: LoadGenerator): Promise<boolean> {
  using folder = scratchFolder();
  await using few = await startWithPolicies(10, folder.path);
  await using many = await startWithPolicies(1_000, folder.path);
  await using most = await startWithPolicies(100_000, folder.path);
  const contestants = [few, many, most].flatMap(({ server, count }) =>
    FLAVORS.map((flavor): Contestant => {
      const questions = policyQuestions(flavor, count);
      return { name: nameOf(flavor, count), server, protocol: 'http1', path: '', questions };
    }),
  );
  const claims = [many, most].flatMap(({ count }) =>
    FLAVORS.map(
      (flavor): Claim => ({ of: nameOf(flavor, count), base: nameOf(flavor, few.count), atMost: MAX_GROWTH }),
    ),
  );
  return report(await measure(contestants, drive, generator), claims);
}

interface PolicyServer extends AsyncDisposable {
  readonly server: ServerProcess;
  /** Policies of each flavor. */
  readonly count: number;
}

async function startWithPolicies(count: number, parentFolder: string): Promise<PolicyServer> {
  const folder = path.join(parentFolder, String(count));
  mkdirSync(folder);
  const dsn = `sqlite://${path.join(folder, 'policies.sqlite')}`;
  await storePolicies(dsn, FLAVORS, count);
  const server = await startStheno({ dsn, folder });
  return { server, count, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

function nameOf(flavor: string, count: number): string {
  return `${flavor}, ${count.toLocaleString('en')}`;
}

/** How long a question takes that meets one of the expressions. */
async function catastrophes(): Promise<boolean> {
  using folder = scratchFolder();
  const dsn = `sqlite://${path.join(folder.path, 'policies.sqlite')}`;
  await storeCatastrophes(dsn);
  await using server = await startStheno({ dsn, folder: folder.path });
  const rows: { readonly expression: string; readonly took: readonly number[] }[] = [];
  for (const [index, expression] of CATASTROPHES.entries()) {
    const resource = `${index}:${'a'.repeat(REPEATED)}\n`;
    rows.push({ expression, took: await timeDenials(server.port, { subject: 's', resource, action: 'read' }) });
  }
  printTable([
    ['', 'median ms', 'first ms', 'longest ms'],
    ...rows.map(({ expression, took: [first = 0, ...later] }) => [
      expression,
      ...[medianOf([first, ...later]), first, Math.max(first, ...later)].map((ms) => ms.toFixed(2)),
    ]),
  ]);
  const slowest = Math.max(...rows.map(({ took }) => medianOf(took)));
  const holds = slowest < MAX_CATASTROPHE_MS;
  const claim = `${slowest.toFixed(2)} ms at most, wanted < ${MAX_CATASTROPHE_MS} ms`;
  console.log(`  ${holds ? 'ok  ' : 'MISS'} catastrophic patterns on ${REPEATED} letters: ${claim}`);
  return holds;
}

/** Latencies of a question that is denied, one after the other, in ms. */
async function timeDenials(port: number, question: object): Promise<number[]> {
  const took: number[] = [];
  for (let asked = 0; asked < ASKED_EACH; asked++) {
    const began = performance.now();
    const body = JSON.stringify(question);
    const answer = await fetch(`http://127.0.0.1:${port}${allowedPath('regex')}`, { method: 'POST', body });
    const text = await answer.text();
    took.push(performance.now() - began);
    if (text !== '{"allowed":false}') throw new Error(`wrong answer: ${answer.status} ${text}`);
  }
  return took;
}
