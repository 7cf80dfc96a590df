import type { Claim, Contestant } from '../contestant.ts';
import type { LoadGenerator } from '../load/load-generator.ts';
import { type Drive, measure } from '../measure.ts';
import { CHECK_PATH, grpcQuestion } from '../questions.ts';
import { report } from '../report.ts';
import { startBenchServer } from '../server-process.ts';

const QUESTION = grpcQuestion({ object: 'file-1', user: 'user-1', isAllowed: true });

/** An engine that costs nothing shows what the transport costs. */
const CLAIMS: readonly Claim[] = [];

/** What a unary gRPC call costs before anything is checked: against an empty handler and against the usual adapter. */
export async function transport(drive: Drive, generator: LoadGenerator): Promise<boolean> {
  await using empty = await startBenchServer('empty.ts');
  await using connect = await startBenchServer('connect.ts');
  const contestants: Contestant[] = [
    { name: 'empty handler', server: empty, protocol: 'grpc', path: CHECK_PATH, questions: [QUESTION] },
    { name: 'connect adapter', server: connect, protocol: 'grpc', path: CHECK_PATH, questions: [QUESTION] },
  ];
  return report(await measure(contestants, drive, generator), CLAIMS);
}
