import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Claim, Contestant } from '../contestant.ts';
import { GRAPH_MODEL, type GraphShape, graphQuestions, graphShapes, tupleJson } from '../graph-questions.ts';
import type { LoadGenerator } from '../load/load-generator.ts';
import { type Drive, measure } from '../measure.ts';
import { startPostgres } from '../postgres.ts';
import { CHECK_PATH } from '../questions.ts';
import { printTable, report } from '../report.ts';
import { scratchFolder, startStheno, store } from '../stheno.ts';

/** How many are in a group must not matter. */
const CLAIMS: readonly Claim[] = [{ of: 'group of 100,000', base: 'group of 10', atMost: 1.3 }];

/** Few enough that the latency is that of the check and not of the queue before it: some take milliseconds. */
const MAX_IN_FLIGHT = 8;

/** Checks through groups and folders of many shapes, from SQLite: queries, latency and CPU time of each. */
export async function graphsOnSqlite(drive: Drive, generator: LoadGenerator): Promise<boolean> {
  using folder = scratchFolder();
  return await compare(`sqlite://${path.join(folder.path, 'bench.sqlite')}`, folder.path, drive, generator);
}

/** The same from PostgreSQL. */
export async function graphsOnPostgres(drive: Drive, generator: LoadGenerator): Promise<boolean> {
  using folder = scratchFolder();
  await using postgres = await startPostgres();
  return await compare(postgres.dsn, folder.path, drive, generator);
}

async function compare(dsn: string, folder: string, drive: Drive, generator: LoadGenerator): Promise<boolean> {
  const modelFile = path.join(folder, 'namespaces.ts');
  writeFileSync(modelFile, GRAPH_MODEL);
  await using server = await startStheno({ dsn, folder, modelFile });
  const shapes = graphShapes();
  for (const { tuples } of shapes) await store(server.writePort, tuples.map(tupleJson));
  const areQueriesAsClaimed = await reportQueries(server.port, shapes);
  const contestants = shapes.map((shape): Contestant => {
    const questions = graphQuestions(shape);
    return { name: shape.name, server, protocol: 'grpc', path: CHECK_PATH, questions };
  });
  const calm = { ...drive, inFlight: Math.min(drive.inFlight, MAX_IN_FLIGHT) };
  return report(await measure(contestants, calm, generator), CLAIMS) && areQueriesAsClaimed;
}

/** Asks about each shape once, of somebody who is no member: everything has to be looked at. */
async function reportQueries(port: number, shapes: readonly GraphShape[]): Promise<boolean> {
  const rows: string[][] = [];
  let holds = true;
  for (const { name, asked, tuples, levels } of shapes) {
    const before = await queriesSoFar(port);
    const query = new URLSearchParams({ ...asked, subject_id: 'nobody' });
    await (await fetch(`http://127.0.0.1:${port}/relation-tuples/check/openapi?${query}`)).arrayBuffer();
    const queries = (await queriesSoFar(port)) - before;
    if (queries !== levels) holds = false;
    rows.push([name, tuples.length.toLocaleString('en'), String(levels), String(queries)]);
  }
  printTable([['', 'tuples', 'levels', 'queries'], ...rows]);
  console.log(`  ${holds ? 'ok  ' : 'MISS'} a check takes as many queries as it visits levels`);
  return holds;
}

async function queriesSoFar(port: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics/prometheus`)).text();
  return Number(/^stheno_check_queries_sum (\d+)$/m.exec(text)?.[1] ?? 0);
}
