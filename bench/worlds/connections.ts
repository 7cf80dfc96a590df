import type { Claim, Contestant } from '../contestant.ts';
import type { LoadGenerator } from '../load/load-generator.ts';
import { type Drive, measure } from '../measure.ts';
import { CHECK_PATH, grpcQuestion, HEALTH_PATH, healthQuestion } from '../questions.ts';
import { report } from '../report.ts';
import { startBenchServer } from '../server-process.ts';

const CONNECTIONS = 16;
const FLOOR_SHARE = 0.75;
const CLAIMS: readonly Claim[] = [
  { of: 'health', base: 'empty handler', atMost: 1 / FLOOR_SHARE },
  { of: 'check', base: 'empty handler', atMost: 1 / FLOOR_SHARE },
];

/**
 * What a unary gRPC call costs where each connection has one request under way, so that packets, turns of the event loop
 * and wake-ups are shared by nobody, against an empty handler that is asked in the same way. The engine that is asked
 * costs nothing.
 */
export async function connections(drive: Drive, generator: LoadGenerator): Promise<boolean> {
  await using empty = await startBenchServer('empty.ts');
  await using lane = await startBenchServer('lane.ts');
  const check = {
    protocol: 'grpc',
    path: CHECK_PATH,
    questions: [grpcQuestion({ object: 'file-1', user: 'user-1', isAllowed: true })],
  } as const;
  const contestants: Contestant[] = [
    { name: 'empty handler', server: empty, ...check },
    { name: 'health', server: lane, protocol: 'grpc', path: HEALTH_PATH, questions: [healthQuestion] },
    { name: 'check', server: lane, ...check },
  ];
  const spread = { ...drive, inFlight: CONNECTIONS, connections: CONNECTIONS };
  return report(await measure(contestants, spread, generator), CLAIMS);
}
