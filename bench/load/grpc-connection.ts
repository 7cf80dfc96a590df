import { connect, type Socket } from 'node:net';
import { isExpectedAnswer } from './expected-answer.ts';
import { RequestHeaders } from './request-headers.ts';
import type { Question } from './window.ts';

/** Where a connection's answers go; the message is the one that was sent. */
export interface Answers<Sent> {
  answered(sent: Sent, latencyMs: number): void;
  failed(reason: string): void;
}

export interface PreparedMessage {
  /** `/package.Service/Method` */
  readonly path: string;
  /** The whole DATA frame of the request, stream id left 0. */
  readonly frame: Buffer;
  readonly isAllowed: Question['isAllowed'];
}

interface Slot {
  readonly sentAt: number;
  readonly message: PreparedMessage;
  body: Buffer;
}

const FRAME_HEADER_BYTES = 9;
const MESSAGE_PREFIX_BYTES = 5;
const TYPE = { data: 0, headers: 1, rstStream: 3, settings: 4, ping: 6, goAway: 7, windowUpdate: 8 } as const;
const MAX_SHOWN_BYTES = 200;
const MAX_SHOWN_ANSWERS = 5;
const END_STREAM = 1;
const END_HEADERS = 4;
const ACK = 1;
const MAX_WINDOW = 0x7fff_ffff;
const EMPTY = Buffer.alloc(0);

/**
 * A gRPC client that writes HTTP/2 frames itself (RFC 9113, RFC 7541): node:http2's client costs more than the
 * servers that are measured. Its requests are small and few, so it never exhausts the server's flow-control window;
 * the windows it grants are as large as they can be and never run out in a measurement.
 */
export class GrpcConnection {
  readonly #answers: Answers<PreparedMessage>;
  readonly #next: () => PreparedMessage | undefined;
  readonly #slots = new Map<number, Slot>();
  readonly #socket: Socket;
  readonly #headers: RequestHeaders;
  #nextStream = 1;
  #pending: Buffer = EMPTY;
  #outgoing: Buffer[] = [];
  #isClosed = false;

  constructor(options: {
    host: string;
    port: number;
    /** What to send next, undefined: nothing any more. A connection whose questions have run out fails. */
    next: () => PreparedMessage | undefined;
    inFlight: number;
    answers: Answers<PreparedMessage>;
  }) {
    this.#answers = options.answers;
    this.#next = options.next;
    this.#headers = new RequestHeaders(`${options.host}:${options.port}`);
    this.#socket = connect({ port: options.port, host: options.host, noDelay: true });
    this.#socket.on('data', (chunk) => this.#receive(chunk));
    this.#socket.on('error', (error) => this.#fail(error.message));
    this.#socket.on('close', () => this.#fail('the server closed the connection'));
    this.#outgoing.push(Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), settings(), windowUpdate(MAX_WINDOW - 65_535));
    for (let slot = 0; slot < options.inFlight; slot++) this.#ask();
    this.#flush();
  }

  close(): void {
    this.#isClosed = true;
    this.#socket.destroy();
  }

  #ask(): void {
    let message: PreparedMessage | undefined;
    try {
      message = this.#next();
    } catch (error) {
      this.#fail(String(error));
      return;
    }
    if (message === undefined) return;
    const stream = this.#nextStream;
    this.#nextStream += 2;
    this.#outgoing.push(
      frame(TYPE.headers, END_HEADERS, stream, this.#headers.block(message.path)),
      toStream(message.frame, stream),
    );
    this.#slots.set(stream, { sentAt: performance.now(), message, body: EMPTY });
  }

  #flush(): void {
    if (this.#outgoing.length === 0 || this.#isClosed) return;
    this.#socket.write(Buffer.concat(this.#outgoing));
    this.#outgoing = [];
  }

  #receive(chunk: Buffer): void {
    let bytes = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    while (bytes.length >= FRAME_HEADER_BYTES) {
      const end = FRAME_HEADER_BYTES + bytes.readUIntBE(0, 3);
      if (bytes.length < end) break;
      this.#handle(
        bytes.readUInt8(3),
        bytes.readUInt8(4),
        bytes.readUInt32BE(5),
        bytes.subarray(FRAME_HEADER_BYTES, end),
      );
      bytes = bytes.subarray(end);
    }
    this.#pending = bytes;
    this.#flush();
  }

  #handle(type: number, flags: number, stream: number, payload: Buffer): void {
    if (type === TYPE.settings && (flags & ACK) === 0) this.#outgoing.push(frame(TYPE.settings, ACK, 0, EMPTY));
    if (type === TYPE.ping && (flags & ACK) === 0) this.#outgoing.push(frame(TYPE.ping, ACK, 0, payload));
    if (type === TYPE.goAway) this.#fail('the server sent GOAWAY');
    if (type === TYPE.rstStream) this.#fail(`the server reset a stream with code ${payload.readUInt32BE(0)}`);
    const slot = this.#slots.get(stream);
    if (slot === undefined) return;
    if (type === TYPE.data) slot.body = slot.body.length === 0 ? payload : Buffer.concat([slot.body, payload]);
    if ((type === TYPE.data || type === TYPE.headers) && (flags & END_STREAM) !== 0) this.#complete(stream, slot);
  }

  #complete(stream: number, slot: Slot): void {
    this.#slots.delete(stream);
    const { message, body, sentAt } = slot;
    if (!isExpectedAnswer(body, message.isAllowed)) {
      const received = body.toString('hex', 0, MAX_SHOWN_BYTES) || 'no message';
      this.#fail(`wrong answer of ${message.path}: ${received}, expected ${expectation(message)}`);
      return;
    }
    this.#answers.answered(message, performance.now() - sentAt);
    this.#ask();
  }

  #fail(reason: string): void {
    if (this.#isClosed) return;
    this.close();
    this.#answers.failed(reason);
  }
}

/** Of a batch the first answers are enough: the received bytes are cut as well. */
function expectation({ isAllowed }: PreparedMessage): string {
  if (isAllowed === undefined) return 'a message';
  return typeof isAllowed === 'boolean' ? String(isAllowed) : `${isAllowed.slice(0, MAX_SHOWN_ANSWERS).join(',')} …`;
}

/** The DATA frame of a message. */
export function prepareMessage(path: string, message: Buffer, isAllowed: Question['isAllowed']): PreparedMessage {
  const prefix = Buffer.alloc(MESSAGE_PREFIX_BYTES);
  prefix.writeUInt32BE(message.length, 1);
  return { path, frame: frame(TYPE.data, END_STREAM, 0, Buffer.concat([prefix, message])), isAllowed };
}

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(FRAME_HEADER_BYTES);
  header.writeUIntBE(payload.length, 0, 3);
  header.writeUInt8(type, 3);
  header.writeUInt8(flags, 4);
  header.writeUInt32BE(stream, 5);
  return Buffer.concat([header, payload]);
}

function toStream(template: Buffer, stream: number): Buffer {
  const copy = Buffer.from(template);
  copy.writeUInt32BE(stream, 5);
  return copy;
}

function settings(): Buffer {
  const initialWindowSize = Buffer.alloc(6);
  initialWindowSize.writeUInt16BE(4, 0);
  initialWindowSize.writeUInt32BE(MAX_WINDOW, 2);
  return frame(TYPE.settings, 0, 0, initialWindowSize);
}

function windowUpdate(increment: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(increment, 0);
  return frame(TYPE.windowUpdate, 0, 0, payload);
}
