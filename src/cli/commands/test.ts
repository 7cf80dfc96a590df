import { paintFor } from '../color.ts';
import type { Command, Invocation } from '../command.ts';
import { FAILURE_EXIT_CODE } from '../command-failure.ts';
import { request } from '../connection.ts';
import { connectionFlags } from '../connection-flags.ts';
import { Coverage } from '../model-tests/coverage.ts';
import { type ModelUse, readTestFile } from '../model-tests/read-test-file.ts';
import { RemoteTarget } from '../model-tests/remote-target.ts';
import { type FileReport, type Report, reportOf } from '../model-tests/report.ts';
import { reportJson } from '../model-tests/report-json.ts';
import { reportJunit } from '../model-tests/report-junit.ts';
import { reportTable } from '../model-tests/report-table.ts';
import { runTests } from '../model-tests/run-tests.ts';
import type { TestFile } from '../model-tests/test-file.ts';
import { TestFileError } from '../model-tests/test-file-error.ts';
import { type Run, watchTests } from '../model-tests/watch-tests.ts';
import { stopSignal } from '../stop-signal.ts';
import { UsageError } from '../usage-error.ts';

/** The exit code when an expectation is not met; it differs from the one for files that cannot be run. */
const FAILED = 1;

const FORMATS = ['table', 'json', 'junit'] as const;
type Format = (typeof FORMATS)[number];

/** `stheno test`. */
export const test: Command = {
  args: '<file>…',
  about: `Runs the tests of models: YAML files with a model, tuples, and what must come out of checks and lists.

The questions are answered by the server's own engine, in this process and over an empty store. With --remote a server is
asked instead, about what it stores: nothing is written, and the model and the tuples of the files have no part in it.
They need no model then, but for --coverage.

The exit code is 1 when an expectation is not met, and 255 when a file cannot be run.`,
  examples: [
    'stheno test documents.test.yaml',
    'stheno test --coverage --format junit tests/*.yaml > report.xml',
    'stheno test --watch documents.test.yaml',
    'stheno test --remote --read-remote permissions.example:443 smoke.test.yaml',
  ],
  flags: [
    {
      kind: 'text',
      name: 'format',
      default: 'table',
      values: FORMATS,
      about: 'output format: table, json, or junit for CI systems (default table)',
    },
    { kind: 'switch', name: 'coverage', about: 'show which relations and permits no test depends on' },
    { kind: 'switch', name: 'watch', short: 'w', about: 'run again whenever a file is changed' },
    { kind: 'switch', name: 'remote', about: 'ask a server about what it stores' },
    ...connectionFlags,
  ],
  accepts: (args) => (args.length === 0 ? 'requires at least 1 arg(s), only received 0' : undefined),
  async run(invocation) {
    const { flags, stdout, env } = invocation;
    const format = flags.text('format');
    if (!isFormat(format)) throw new UsageError(`expected one of [${FORMATS.join(', ')}] but got ${format}`);
    if (flags.isOn('watch')) {
      const run = async (): Promise<Run> => {
        const { report, sources } = await runFiles(invocation);
        return { text: formatReport(report, format, invocation), sources };
      };
      await watchTests(run, (text) => stdout.write(text), stopSignal());
      return 0;
    }
    const { report } = await runFiles(invocation);
    stdout.write(formatReport(report, format, { stdout, env }));
    if (report.counts.broken > 0) return FAILURE_EXIT_CODE;
    return report.counts.failed > 0 ? FAILED : 0;
  },
};

interface RunFiles {
  readonly report: Report;
  readonly sources: readonly string[];
}

async function runFiles(invocation: Invocation): Promise<RunFiles> {
  const reports: FileReport[] = [];
  const sources: string[] = [];
  const modelUse = modelUseOf(invocation);
  for (const path of invocation.args) {
    try {
      const file = await readTestFile(path, modelUse);
      sources.push(...file.sources);
      reports.push(await runFile(file, invocation));
    } catch (error) {
      if (!(error instanceof TestFileError)) throw error;
      sources.push(path);
      reports.push({ path, results: undefined, problem: error.message });
    }
  }
  return { report: reportOf(reports), sources };
}

function modelUseOf({ flags }: Invocation): ModelUse {
  if (!flags.isOn('remote')) return 'answers';
  return flags.isOn('coverage') ? 'coverage' : 'none';
}

async function runFile(file: TestFile, invocation: Invocation): Promise<FileReport> {
  const { flags } = invocation;
  const coverage = new Coverage();
  const covered = () => flags.isOn('coverage') && { coverage: coverage.of(file.model) };
  if (flags.isOn('remote')) {
    const results = await request(invocation, 'read', (client) => runTests(file, new RemoteTarget(client), coverage));
    return { path: file.path, results, ...covered() };
  }
  const results = await runHere(file, coverage);
  const doubtful = [file, ...file.tests].flatMap(({ tuples }) => tuples.filter(({ problem }) => problem !== undefined));
  return { path: file.path, results, doubtful, ...covered() };
}

/** The engine and its store are loaded only when they are needed. */
async function runHere(file: TestFile, coverage: Coverage) {
  const { LocalTarget } = await import('../model-tests/local-target.ts');
  await using target = await LocalTarget.open(file);
  return await runTests(file, target, coverage);
}

function formatReport(report: Report, format: Format, { stdout, env }: Pick<Invocation, 'stdout' | 'env'>): string {
  switch (format) {
    case 'table':
      return reportTable(report, paintFor(stdout, env));
    case 'json':
      return reportJson(report);
    case 'junit':
      return reportJunit(report);
  }
}

function isFormat(text: string): text is Format {
  return FORMATS.some((format) => format === text);
}
