import { createServer } from 'node:http2';
import { announce } from './announce.ts';

// The floor: a gRPC handler on node:http2 that reads a request to its end and answers a constant, field 1 = true.
const MESSAGE = Buffer.from([0, 0, 0, 0, 2, 0x08, 0x01]);

const server = createServer();
server.on('stream', (stream) => {
  stream.on('data', () => {});
  stream.on('end', () => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.end(MESSAGE);
  });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
});
announce(server);
