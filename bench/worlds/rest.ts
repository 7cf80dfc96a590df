import path from 'node:path';
import type { Claim, Contestant } from '../contestant.ts';
import type { LoadGenerator } from '../load/load-generator.ts';
import { type Drive, measure } from '../measure.ts';
import { askedTuples, CHECK_PATH, grpcQuestion, restQuestion } from '../questions.ts';
import { report } from '../report.ts';
import { fill, scratchFolder, startStheno } from '../stheno.ts';

const CLAIMS: readonly Claim[] = [{ of: 'REST check', base: 'gRPC check', atMost: 1.5 }];

/** The same check of the same server over REST and over gRPC. */
export async function restAgainstGrpc(drive: Drive, generator: LoadGenerator): Promise<boolean> {
  using folder = scratchFolder();
  const dsn = `sqlite://${path.join(folder.path, 'bench.sqlite')}`;
  await using server = await startStheno({ dsn, folder: folder.path });
  await fill(server.writePort);
  const asked = askedTuples();
  const contestants: Contestant[] = [
    { name: 'gRPC check', server, protocol: 'grpc', path: CHECK_PATH, questions: asked.map(grpcQuestion) },
    { name: 'REST check', server, protocol: 'http1', path: '', questions: asked.map(restQuestion) },
  ];
  return report(await measure(contestants, drive, generator), CLAIMS);
}
