import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { run } from 'node:test';
import { fileURLToPath } from 'node:url';
import { markdownTable } from './markdown-table.ts';

/**
 * A program: replays everything that was recorded of the original (test/conformance) and prints
 * how much of it passed. Ends with 1 when anything failed.
 */

interface Recording {
  readonly cases?: readonly { readonly steps: readonly { readonly stheno?: { readonly expect?: unknown } }[] }[];
  readonly documents?: readonly { readonly differs?: unknown }[];
  readonly worlds?: readonly {
    readonly checks?: readonly unknown[];
    readonly expands?: readonly unknown[];
    readonly differs?: { readonly rejected?: boolean; readonly checks?: object; readonly expands?: object };
  }[];
}

interface Counts {
  readonly recorded: number;
  /** Recorded answers in whose place ours is expected, on purpose. */
  readonly overridden: number;
  /** What the original did and nobody should do again, such as ending its process. */
  readonly notForUs: number;
}

const ROOT = new URL('../', import.meta.url);

/** The folders of recordings, what they are counted in, and the test that replays them. */
const SUITES = [
  { name: 'http', unit: 'exchanges', test: 'test/rest/replay.test.ts' },
  { name: 'grpc', unit: 'exchanges', test: 'test/server/replay.test.ts' },
  { name: 'cli', unit: 'commands', test: 'test/cli/replay.test.ts' },
  { name: 'worlds', unit: 'answers', test: 'test/worlds.test.ts' },
  { name: 'opl', unit: 'documents and answers', test: 'test/opl/conformance.test.ts' },
].filter(({ name }) => existsSync(new URL(`test/conformance/${name}/`, ROOT)));

const rows: string[][] = [];
for (const { name, unit, test } of SUITES) {
  const { recorded, overridden, notForUs } = countRecordings(name);
  const { passed, failures } = await replay(test);
  for (const failure of failures) process.stderr.write(`failed: ${name}: ${failure}\n`);
  if (failures.length > 0 || passed === 0) process.exitCode = 1;
  rows.push([name, `${recorded} ${unit}`, ...[overridden, notForUs, passed, failures.length].map(String)]);
}
const head = ['suite', 'recorded', 'ours instead', 'not for us', 'tests passed', 'tests failed'];
process.stdout.write(markdownTable(head, rows));

/** Runs a test file in a process of its own. */
async function replay(file: string): Promise<{ passed: number; failures: readonly string[] }> {
  let passed = 0;
  const failures: string[] = [];
  for await (const { type, data } of run({ files: [fileURLToPath(new URL(file, ROOT))] })) {
    if (type === 'test:pass' && data.details.type !== 'suite') passed++;
    // A file fails as a suite does when it cannot even be loaded.
    if (type === 'test:fail' && !failedInside(data.details.error)) failures.push(data.name);
  }
  return { passed, failures };
}

/** Whether a suite failed for no other reason than its tests, which are counted themselves. */
function failedInside(error: { readonly failureType?: unknown } | undefined): boolean {
  return error?.failureType === 'subtestsFailed';
}

function countRecordings(name: string): Counts {
  const folder = new URL(`test/conformance/${name}/`, ROOT);
  const counts = readdirSync(folder).map(
    (file) => countRecording(JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Recording), // our own data
  );
  return counts.reduce(add);
}

function countRecording({ cases = [], documents = [], worlds = [] }: Recording): Counts {
  const steps = cases.flatMap((one) => one.steps);
  const parts: readonly Counts[] = [
    {
      recorded: steps.length,
      overridden: steps.filter(({ stheno }) => stheno?.expect !== undefined).length,
      notForUs: steps.filter(({ stheno }) => stheno !== undefined && stheno.expect === undefined).length,
    },
    {
      recorded: documents.length,
      overridden: documents.filter(({ differs }) => differs !== undefined).length,
      notForUs: 0,
    },
    ...worlds.map(({ checks = [], expands = [], differs = {} }) => {
      const recorded = checks.length + expands.length;
      const overridden = Object.keys(differs.checks ?? {}).length + Object.keys(differs.expands ?? {}).length;
      return { recorded, overridden, notForUs: differs.rejected ? recorded - overridden : 0 };
    }),
  ];
  return parts.reduce(add);
}

function add(a: Counts, b: Counts): Counts {
  return {
    recorded: a.recorded + b.recorded,
    overridden: a.overridden + b.overridden,
    notForUs: a.notForUs + b.notForUs,
  };
}
