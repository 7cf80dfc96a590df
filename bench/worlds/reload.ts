import path from 'node:path';
import type { Contestant } from '../contestant.ts';
import { GRAPH_MODEL, graphQuestions, graphShapes, tupleJson } from '../graph-questions.ts';
import { largeModel } from '../large-model.ts';
import type { LoadGenerator } from '../load/load-generator.ts';
import type { WindowResult } from '../load/window.ts';
import { type Drive, driveOnce, medianOf } from '../measure.ts';
import { ModelFile } from '../model-file.ts';
import { CHECK_PATH } from '../questions.ts';
import { printTable } from '../report.ts';
import { scratchFolder, startStheno, store } from '../stheno.ts';

const NAMESPACES = 100;
const MAX_RATIO = 2;

/** The latency of direct checks while the model is replaced again and again, against that without. */
export async function reload(drive: Drive, generator: LoadGenerator): Promise<boolean> {
  using folder = scratchFolder();
  const model = new ModelFile(path.join(folder.path, 'namespaces.ts'), `${GRAPH_MODEL}${largeModel(NAMESPACES)}`);
  const dsn = `sqlite://${path.join(folder.path, 'bench.sqlite')}`;
  await using server = await startStheno({ dsn, folder: folder.path, modelFile: model.path });
  const [shape] = graphShapes();
  if (shape === undefined) throw new Error('there is no shape to ask about');
  await store(server.writePort, shape.tuples.map(tupleJson));
  const questions = graphQuestions(shape);
  const check: Contestant = { name: 'check', server, protocol: 'grpc', path: CHECK_PATH, questions };
  await driveOnce(check, drive, generator);
  const quiet: WindowResult[] = [];
  const reloading: WindowResult[] = [];
  for (let round = 0; round < drive.rounds; round++) {
    quiet.push(await driveOnce(check, drive, generator));
    reloading.push(await model.whileReplaced(() => driveOnce(check, drive, generator)));
    await model.untilServed(server.port);
  }
  return reportLatencies(quiet, reloading, model.replacements);
}

function reportLatencies(
  quiet: readonly WindowResult[],
  reloading: readonly WindowResult[],
  replacements: number,
): boolean {
  const p99Of = (windows: readonly WindowResult[]): number => medianOf(windows.map((window) => window.p99Ms));
  const row = (name: string, windows: readonly WindowResult[]): string[] => [
    name,
    medianOf(windows.map((window) => window.p50Ms)).toFixed(2),
    p99Of(windows).toFixed(2),
    windows.map((window) => window.p99Ms.toFixed(2)).join(' '),
  ];
  printTable([['', 'p50 ms', 'p99 ms', 'all p99'], row('without reloads', quiet), row('with reloads', reloading)]);
  const ratio = p99Of(reloading) / p99Of(quiet);
  const holds = ratio <= MAX_RATIO;
  const claim = `${ratio.toFixed(2)}×, wanted ≤ ${MAX_RATIO.toFixed(2)}×`;
  console.log(`  ${holds ? 'ok  ' : 'MISS'} p99 of checks during ${replacements} reloads: ${claim}`);
  return holds;
}
