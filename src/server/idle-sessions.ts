import { constants, type ServerHttp2Session } from 'node:http2';

/** How finely the idle timeout is divided; a silent connection lives at most this part longer. */
const LOOKS_PER_TIMEOUT = 20;
const LONGEST_PAUSE_MS = 5_000;

interface Traffic {
  bytes: number;
  sinceMs: number;
}

/**
 * Ends HTTP/2 connections that are silent. One timer looks at the traffic of all of them: the timer
 * that a session has itself would be set anew with every frame, several times for each request.
 */
export class IdleSessions {
  readonly #timeoutMs: number;
  readonly #traffic = new Map<ServerHttp2Session, Traffic>();
  readonly #timer: NodeJS.Timeout;

  constructor({ timeoutMs }: { timeoutMs: number }) {
    this.#timeoutMs = timeoutMs;
    const pauseMs = Math.min(timeoutMs / LOOKS_PER_TIMEOUT, LONGEST_PAUSE_MS);
    this.#timer = setInterval(() => this.#sweep(), pauseMs).unref();
  }

  watch(session: ServerHttp2Session): void {
    this.#traffic.set(session, { bytes: 0, sinceMs: performance.now() });
    session.once('close', () => this.#traffic.delete(session));
  }

  close(): void {
    clearInterval(this.#timer);
    this.#traffic.clear();
  }

  #sweep(): void {
    const nowMs = performance.now();
    for (const [session, traffic] of this.#traffic) {
      if (session.destroyed) continue;
      const bytes = session.socket.bytesRead + session.socket.bytesWritten;
      if (bytes !== traffic.bytes) {
        traffic.bytes = bytes;
        traffic.sinceMs = nowMs;
      } else if (nowMs - traffic.sinceMs >= this.#timeoutMs) {
        endIdle(session);
      }
    }
  }
}

/** Ends a silent connection, but not one that waits for something: a stream that may speak again. */
function endIdle(session: ServerHttp2Session): void {
  if ((session.state.outboundQueueSize ?? 0) > 0) session.destroy(undefined, constants.NGHTTP2_NO_ERROR);
  else if (!session.closed) session.close();
}
