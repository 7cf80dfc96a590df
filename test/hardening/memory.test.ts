import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type BuiltProgram, buildProgram } from '../support/built-program.ts';
import type { SthenoProcess } from '../support/stheno-process.ts';
import { endInPeace, startHardyProcess } from './support/hardy-process.ts';
import { assertUnharmed, peakGrowthBytes } from './support/process-health.ts';
import { sendChunked } from './support/raw-connections.ts';

/** The full sizes take minutes. */
const HEAVY = process.env.STHENO_TEST_HEAVY === '1';
const BODY_BYTES = HEAVY ? 1_000_000_000 : 100_000_000;
const INFLATED_BYTES = HEAVY ? 2_000_000_000 : 200_000_000;
/** What the server may take for a while beyond what it takes at rest; no body or bomb fits into it. */
const MAX_GROWTH_BYTES = 80_000_000;

const CHECK = '/ory.keto.relation_tuples.v1alpha2.CheckService/Check';
const BATCH_CHECK = '/ory.keto.relation_tuples.v1alpha2.CheckService/BatchCheck';

describe('memory stays bounded under', () => {
  let program: BuiltProgram;
  let server: SthenoProcess;
  before(async () => {
    program = await buildProgram();
    server = await startHardyProcess(program);
  });
  afterEach(() => assertUnharmed(server));
  after(async () => {
    await endInPeace(server);
    program[Symbol.dispose]();
  });

  for (const { target, method, type, status } of [
    { target: '/admin/relation-tuples', method: 'PUT', type: 'application/json', status: 413 },
    { target: CHECK, method: 'POST', type: 'application/json', status: 429 },
    { target: CHECK, method: 'POST', type: 'application/proto', status: 429 },
    { target: CHECK, method: 'POST', type: 'application/grpc-web', status: 200 },
    { target: '/admin/relation-tuples?namespace=n', method: 'DELETE', type: '', status: 413 },
    { target: '/nowhere', method: 'POST', type: '', status: 404 },
  ]) {
    it(`a body of ${BODY_BYTES / 1e6} MB to ${method} ${target} (${type})`, async () => {
      const grownBytes = await peakGrowthBytes(server, async () => {
        const got = await sendChunked(server.url('write') + target, { method, bytes: BODY_BYTES, type });
        assert.equal(got, status);
      });
      assert.ok(grownBytes < MAX_GROWTH_BYTES, `${grownBytes} bytes`);
    });
  }

  for (const { type, encoding } of [
    { type: 'application/proto', encoding: 'content-encoding' },
    { type: 'application/json', encoding: 'content-encoding' },
    { type: 'application/grpc-web', encoding: 'grpc-encoding' },
  ]) {
    it(`a small body that inflates beyond the limit (${type})`, async () => {
      const bomb = gzipSync(Buffer.alloc(INFLATED_BYTES, ' '));
      const body = encoding === 'grpc-encoding' ? framed(bomb, 1) : bomb;
      const grownBytes = await peakGrowthBytes(server, async () => {
        for (let count = 0; count < 3; count++) {
          const headers = { 'content-type': type, [encoding]: 'gzip' };
          const response = await fetch(server.url('read') + CHECK, { method: 'POST', headers, body });
          assert.equal(response.headers.get('grpc-status') ?? response.status, type.includes('grpc') ? '8' : 429);
          await response.arrayBuffer();
        }
      });
      assert.ok(grownBytes < MAX_GROWTH_BYTES, `${grownBytes} bytes`);
    });
  }

  it('a batch of as many empty tuples as a message can hold', async () => {
    const body = Buffer.alloc(4_000_000, Buffer.of(0x0a, 0));
    const headers = { 'content-type': 'application/proto' };
    const response = await fetch(server.url('read') + BATCH_CHECK, { method: 'POST', headers, body });
    assert.equal(response.status, 400);
    assert.match(await response.text(), /batch exceeds max size of 1000/);
  });
});

function framed(payload: Buffer, flags: number): Buffer {
  const head = Buffer.alloc(5, flags);
  head.writeUInt32BE(payload.byteLength, 1);
  return Buffer.concat([head, payload]);
}
