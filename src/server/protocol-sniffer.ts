import type { Socket } from 'node:net';
import { encodeRequestLine } from './request-target.ts';

/** How a connection begins. */
export type WireProtocol = 'tls' | 'http2' | 'http1';

/** What every HTTP/2 client sends first (RFC 9113, §3.4). */
const HTTP2_PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
/** The record type of a TLS handshake (RFC 8446, §5.1). No HTTP method starts with it. */
const TLS_HANDSHAKE = 0x16;

/**
 * Waits for a connection's first bytes and tells what it speaks. The bytes are put back, so whoever
 * gets the socket reads it from its start. A client that says nothing in time is disconnected.
 */
export function sniffProtocol(socket: Socket, timeoutMs: number, decided: (protocol: WireProtocol) => void): void {
  let head: Buffer = Buffer.alloc(0);
  const timer = setTimeout(() => socket.destroy(), timeoutMs);
  const onEnd = (): void => void socket.destroy();
  const onData = (chunk: Buffer): void => {
    head = head.byteLength === 0 ? chunk : Buffer.concat([head, chunk]);
    const protocol = protocolOf(head);
    if (protocol === undefined) return;
    clearTimeout(timer);
    socket.off('data', onData).off('end', onEnd);
    socket.pause();
    socket.unshift(protocol === 'http1' ? encodeRequestLine(head) : head);
    decided(protocol);
    // The next reader has its listeners now. HTTP/2 sessions read by themselves.
    if (protocol !== 'http2') process.nextTick(() => socket.resume());
  };
  socket.on('data', onData).on('end', onEnd);
  socket.once('close', () => clearTimeout(timer));
}

/** Undefined as long as the bytes may become the preface of HTTP/2. */
function protocolOf(head: Buffer): WireProtocol | undefined {
  if (head[0] === TLS_HANDSHAKE) return 'tls';
  const length = Math.min(head.byteLength, HTTP2_PREFACE.byteLength);
  if (!head.subarray(0, length).equals(HTTP2_PREFACE.subarray(0, length))) return 'http1';
  return length === HTTP2_PREFACE.byteLength ? 'http2' : undefined;
}
