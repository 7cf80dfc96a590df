import path from 'node:path';
import type { Claim, Contestant } from '../contestant.ts';
import type { LoadGenerator } from '../load/load-generator.ts';
import type { Question } from '../load/window.ts';
import { type Drive, measure } from '../measure.ts';
import { startPostgres } from '../postgres.ts';
import { askedTuples, CHECK_PATH, grpcQuestion } from '../questions.ts';
import { report } from '../report.ts';
import { startBenchServer } from '../server-process.ts';
import { fill, scratchFolder, startStheno } from '../stheno.ts';

const CLAIMS: readonly Claim[] = [
  { of: 'check', base: 'look-up', atMost: 1.6 },
  { of: 'check, logged', base: 'look-up', atMost: 1.6 },
];

/** The look-up server answers "member" whatever it is asked. */
const LOOK_UP_QUESTION: Question = {
  ...grpcQuestion({ object: 'file-0', user: 'user-0', isAllowed: true }),
};

/** A check that one stored tuple answers, from SQLite, against nothing but the look-up of that tuple. */
export async function directCheckOnSqlite(drive: Drive, generator: LoadGenerator): Promise<boolean> {
  using folder = scratchFolder();
  const file = path.join(folder.path, 'bench.sqlite');
  return await compare({ dsn: `sqlite://${file}`, folder: folder.path, floor: ['sqlite', file] }, drive, generator);
}

/** The same from PostgreSQL. The database's own CPU time is not counted, it shows as "elsewhere". */
export async function directCheckOnPostgres(drive: Drive, generator: LoadGenerator): Promise<boolean> {
  using folder = scratchFolder();
  await using postgres = await startPostgres();
  const { dsn } = postgres;
  return await compare({ dsn, folder: folder.path, floor: ['postgres', dsn] }, drive, generator);
}

async function compare(
  { dsn, folder, floor }: { dsn: string; folder: string; floor: readonly string[] },
  drive: Drive,
  generator: LoadGenerator,
): Promise<boolean> {
  using otherFolder = scratchFolder();
  await using stheno = await startStheno({ dsn, folder });
  await fill(stheno.writePort);
  await using logging = await startStheno({ dsn, folder: otherFolder.path, logLevel: 'info' });
  await using lookUp = await startBenchServer('lookup.ts', floor);
  const check = { protocol: 'grpc', path: CHECK_PATH, questions: askedTuples().map(grpcQuestion) } as const;
  const contestants: Contestant[] = [
    { name: 'look-up', server: lookUp, protocol: 'grpc', path: CHECK_PATH, questions: [LOOK_UP_QUESTION] },
    { name: 'check', server: stheno, ...check },
    { name: 'check, logged', server: logging, ...check },
  ];
  return report(await measure(contestants, drive, generator), CLAIMS);
}
