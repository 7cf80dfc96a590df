import { create, toBinary } from '@bufbuild/protobuf';
import { CheckRequestSchema } from '#gen/ory/keto/relation_tuples/v1alpha2/check_service_pb.js';
import type { Claim, Contestant } from '../contestant.ts';
import type { LoadGenerator } from '../load/load-generator.ts';
import { type Drive, measure } from '../measure.ts';
import { report } from '../report.ts';
import { startBenchServer } from '../server-process.ts';

const CHECK = '/ory.keto.relation_tuples.v1alpha2.CheckService/Check';

/** An engine that costs nothing shows what the transport costs. */
const CLAIMS: readonly Claim[] = [];

/** What a unary gRPC call costs before anything is checked: against an empty handler and against the usual adapter. */
export async function transport(drive: Drive, generator: LoadGenerator): Promise<boolean> {
  await using empty = await startBenchServer('empty.ts');
  await using connect = await startBenchServer('connect.ts');
  const contestants: Contestant[] = [
    { name: 'empty handler', server: empty, protocol: 'grpc', path: CHECK, questions: [checkQuestion()] },
    { name: 'connect adapter', server: connect, protocol: 'grpc', path: CHECK, questions: [checkQuestion()] },
  ];
  return report(await measure(contestants, drive, generator), CLAIMS);
}

function checkQuestion() {
  const request = create(CheckRequestSchema, {
    tuple: {
      namespace: 'resources',
      object: 'file1',
      relation: 'owner',
      subject: { ref: { case: 'id', value: 'user1' } },
    },
  });
  return { bytes: Buffer.from(toBinary(CheckRequestSchema, request)).toString('base64'), isAllowed: true };
}
