import assert from 'node:assert/strict';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import { create } from '@bufbuild/protobuf';
import { WatchResponseSchema, WatchService } from '#gen/stheno/v1/watch_service_pb.js';
import { implement } from '../../src/service/rpc-service.ts';
import { eventually } from '../support/eventually.ts';
import { openListener } from './support/open-listener.ts';

const PATH = '/stheno.v1.WatchService/Watch';
/** An empty request. */
const REQUEST = Buffer.from([0, 0, 0, 0, 0]);
const PART = create(WatchResponseSchema, { snaptoken: 'x'.repeat(10_000) });

/** Sends a request and reads nothing of the answer. Answers how to go away. */
const CLIENTS: Readonly<Record<string, (port: number) => () => void>> = {
  'gRPC over HTTP/2': (port) => {
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    const headers = { 'content-type': 'application/grpc', te: 'trailers' };
    const stream = session.request({ ':method': 'POST', ':path': PATH, ...headers });
    for (const emitter of [session, stream]) emitter.on('error', () => {});
    stream.end(REQUEST);
    return () => session.destroy();
  },
  'Connect over HTTP/1.1': (port) => {
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    const head = [`POST ${PATH} HTTP/1.1`, 'Host: a', 'Content-Type: application/connect+proto', 'Content-Length: 5'];
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    socket.write(REQUEST);
    return () => socket.destroy();
  },
};

describe('a stream of answers', () => {
  for (const [name, ask] of Object.entries(CLIENTS)) {
    it(`does not keep a server from stopping, whose client reads nothing: ${name}`, async () => {
      let made = 0;
      const service = implement(WatchService, {
        async *watch() {
          for (; ; made++) yield PART;
        },
      });
      await using listener = await openListener({ services: [service] });
      const leave = ask(listener.port);
      try {
        await eventually(isStillAt(() => made));
        let hasStopped = false;
        listener.close({ graceMs: 3_600_000 }).then(() => {
          hasStopped = true;
        }, assert.fail);
        await eventually(() => hasStopped);
      } finally {
        leave();
      }
    });

    it(`ends when its client goes away without reading: ${name}`, async () => {
      let made = 0;
      let hasEnded = false;
      const service = implement(WatchService, {
        async *watch() {
          try {
            for (; made < 10_000; made++) yield PART;
          } finally {
            hasEnded = true;
          }
        },
      });
      await using listener = await openListener({ services: [service] });
      const leave = ask(listener.port);
      await eventually(isStillAt(() => made));
      assert.ok(!hasEnded, `${made} answers were made`);
      leave();
      await eventually(() => hasEnded);
    });
  }
});

/** The client takes what the buffers on the way hold, and then no more. */
function isStillAt(count: () => number): () => boolean {
  let before = -1;
  return () => {
    const isStill = count() > 0 && before === count();
    before = count();
    return isStill;
  };
}
