import { createServer, type Http2Server, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { ListenerLimits } from './listener-limits.ts';

/** The memory of one connection's queues, in megabytes. The default of 10 ends connections that carry many calls. */
const MAX_SESSION_MEMORY_MB = 64;
/** How many HTTP headers a request may have. */
const MAX_HEADER_PAIRS = 512;

export type StreamHandler = (
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  rawHeaders: readonly string[],
) => void;

/**
 * A server for connections that are handed to it by `emit('connection', socket)`, in the clear or
 * behind TLS; it does not listen itself. Floods of resets, settings and pings are ended by nghttp2.
 */
export function createHttp2Server(limits: ListenerLimits, onStream: StreamHandler): Http2Server {
  const server = createServer({
    maxSessionMemory: MAX_SESSION_MEMORY_MB,
    maxHeaderListPairs: MAX_HEADER_PAIRS,
    settings: { maxConcurrentStreams: limits.maxConcurrentStreams, maxHeaderListSize: limits.maxHeaderBytes },
  });
  server.on('session', (session) => session.on('error', ignoreError));
  server.on('sessionError', ignoreError);
  // The types leave out the fourth argument (nodejs.org/api/http2.html, event 'stream' of Http2Server).
  server.on('stream', ((stream: ServerHttp2Stream, headers: IncomingHttpHeaders, _flags: number, raw: string[]) =>
    onStream(stream, headers, raw)) as (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void);
  return server;
}

/** Errors of a session are its end, which 'close' tells; without a listener they would end the process. */
function ignoreError(): void {}
