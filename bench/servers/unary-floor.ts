import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';

/** As long as those that Stheno gives out. */
const SNAPTOKEN = 'AQAAAAAAAQAAAAAAAAAA';
/** The answer to everything: a message with field 1 = true, and a token in field 2, as an answer to a check is. */
const MESSAGE = Buffer.concat([
  Buffer.from([0, 0, 0, 0, 4 + SNAPTOKEN.length, 0x08, 0x01, 0x12, SNAPTOKEN.length]),
  Buffer.from(SNAPTOKEN),
]);
// Without a date, like the lane; the types of Node.js do not know the option.
const RESPOND = { waitForTrailers: true, sendDate: false } as const;

/** As little as a gRPC server on node:http2 can do for the same answer: it reads each request to its end, and then runs `handle`. */
export function unaryFloor(handle: (stream: ServerHttp2Stream) => void): Http2Server {
  const server = createServer();
  server.on('stream', (stream) => {
    stream.on('data', () => {});
    stream.on('error', () => {}); // the client ends a window by closing its connections
    stream.on('end', () => handle(stream));
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  });
  return server;
}

/** Sends the answer, unless the client has gone. */
export function answer(stream: ServerHttp2Stream): void {
  if (stream.destroyed) return;
  stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-accept-encoding': 'gzip' }, RESPOND);
  stream.end(MESSAGE);
}
