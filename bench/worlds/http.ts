import type { Claim, Contestant } from '../contestant.ts';
import type { LoadGenerator } from '../load/load-generator.ts';
import type { Question } from '../load/window.ts';
import { type Drive, measure } from '../measure.ts';
import { CHECK_PATH } from '../questions.ts';
import { report } from '../report.ts';
import { startBenchServer } from '../server-process.ts';

const FLOOR_SHARE = 0.6;
const CLAIMS: readonly Claim[] = [
  { of: 'REST check', base: 'empty handler', atMost: 1 / FLOOR_SHARE },
  { of: 'Connect JSON check', base: 'empty handler', atMost: 1 / FLOOR_SHARE },
];

const REST_PATH = '/relation-tuples/check/openapi';
const TUPLE = { namespace: 'files', object: 'file-1', relation: 'view' };

/** What a check with a JSON body over HTTP/1.1 costs before anything is looked up, against an empty handler of node:http. */
export async function http(drive: Drive, generator: LoadGenerator): Promise<boolean> {
  await using empty = await startBenchServer('empty-http.ts');
  await using lane = await startBenchServer('lane.ts');
  const rest = post(REST_PATH, { ...TUPLE, subject_id: 'user-1' });
  const connect = post(CHECK_PATH, { tuple: { ...TUPLE, subject: { id: 'user-1' } } });
  const contestants: Contestant[] = [
    { name: 'empty handler', server: empty, protocol: 'http1', path: 'empty', questions: [rest] },
    { name: 'REST check', server: lane, protocol: 'http1', path: 'rest', questions: [rest] },
    { name: 'Connect JSON check', server: lane, protocol: 'http1', path: 'connect', questions: [connect] },
  ];
  return report(await measure(contestants, drive, generator), CLAIMS);
}

function post(path: string, message: object): Question {
  const body = JSON.stringify(message);
  const headers = ['host: 127.0.0.1', 'user-agent: stheno-bench', 'content-type: application/json'];
  const head = [`POST ${path} HTTP/1.1`, ...headers, `content-length: ${Buffer.byteLength(body)}`, '', ''].join('\r\n');
  return { bytes: Buffer.from(head + body).toString('base64'), isAllowed: true };
}
