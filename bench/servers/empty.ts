import { createServer } from 'node:http2';
import { announce } from './announce.ts';

// The floor: a gRPC handler on node:http2 that reads a request to its end and answers a constant, field 1 = true.
const MESSAGE = Buffer.from([0, 0, 0, 0, 2, 0x08, 0x01]);

// Without a date, like the lane; the types of Node.js do not know the option.
const RESPOND = { waitForTrailers: true, sendDate: false } as const;

const server = createServer();
server.on('stream', (stream) => {
  stream.on('data', () => {});
  stream.on('end', () => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, RESPOND);
    stream.end(MESSAGE);
  });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
});
announce(server);
