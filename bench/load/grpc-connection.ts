import { connect, type Socket } from 'node:net';

/** Where a connection's answers go. */
export interface Answers {
  answered(latencyMs: number): void;
  failed(reason: string): void;
}

export interface PreparedMessage {
  /** The whole DATA frame of the request, stream id left 0. */
  readonly frame: Buffer;
  readonly isAllowed: boolean;
}

interface Slot {
  sentAt: number;
  isAllowed: boolean;
  body: Buffer;
}

const FRAME_HEADER_BYTES = 9;
const MESSAGE_PREFIX_BYTES = 5;
const TYPE = { data: 0, headers: 1, rstStream: 3, settings: 4, ping: 6, goAway: 7, windowUpdate: 8 } as const;
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
  readonly #answers: Answers;
  readonly #questions: readonly PreparedMessage[];
  readonly #slots = new Map<number, Slot>();
  readonly #socket: Socket;
  readonly #path: string;
  readonly #authority: string;
  #nextQuestion: number;
  #nextStream = 1;
  #pending: Buffer = EMPTY;
  #outgoing: Buffer[] = [];
  #isClosed = false;

  constructor(options: {
    port: number;
    path: string;
    questions: readonly PreparedMessage[];
    firstQuestion: number;
    inFlight: number;
    answers: Answers;
  }) {
    this.#answers = options.answers;
    this.#questions = options.questions;
    this.#nextQuestion = options.firstQuestion;
    this.#path = options.path;
    this.#authority = `127.0.0.1:${options.port}`;
    this.#socket = connect({ port: options.port, host: '127.0.0.1', noDelay: true });
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
    const question = this.#questions[this.#nextQuestion++ % this.#questions.length];
    if (question === undefined) throw new Error('no questions');
    const stream = this.#nextStream;
    this.#nextStream += 2;
    this.#outgoing.push(this.#headers(stream), toStream(question.frame, stream));
    this.#slots.set(stream, { sentAt: performance.now(), isAllowed: question.isAllowed, body: EMPTY });
  }

  /** The first request fills the server's header table, all others refer to it, as usual clients do. */
  #headers(stream: number): Buffer {
    const block = stream === 1 ? this.#firstHeaderBlock() : LATER_HEADER_BLOCK;
    return frame(TYPE.headers, END_HEADERS, stream, block);
  }

  #firstHeaderBlock(): Buffer {
    return Buffer.concat([
      Buffer.from([METHOD_POST, SCHEME_HTTP]),
      remembered(NAMES.path, this.#path),
      remembered(NAMES.authority, this.#authority),
      remembered(NAMES.contentType, 'application/grpc'),
      remembered(NAMES.userAgent, 'stheno-bench'),
      remembered('te', 'trailers'),
      remembered('grpc-accept-encoding', 'identity,deflate,gzip'),
    ]);
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
    if (!isExpected(slot)) {
      this.#fail(`wrong answer: ${slot.body.toString('hex') || 'no message'}, expected ${slot.isAllowed}`);
      return;
    }
    this.#answers.answered(performance.now() - slot.sentAt);
    this.#ask();
  }

  #fail(reason: string): void {
    if (this.#isClosed) return;
    this.close();
    this.#answers.failed(reason);
  }
}

/** The DATA frame of a message. */
export function prepareMessage(message: Buffer, isAllowed: boolean): PreparedMessage {
  const prefix = Buffer.alloc(MESSAGE_PREFIX_BYTES);
  prefix.writeUInt32BE(message.length, 1);
  return { frame: frame(TYPE.data, END_STREAM, 0, Buffer.concat([prefix, message])), isAllowed };
}

/** Field 1 is `allowed` of a check and `status` of a health answer; protobuf leaves it out when it is false. */
function isExpected({ body, isAllowed }: Slot): boolean {
  if (body.length < MESSAGE_PREFIX_BYTES || body.length !== MESSAGE_PREFIX_BYTES + body.readUInt32BE(1)) return false;
  const hasFirstField = body[MESSAGE_PREFIX_BYTES] === 0x08 && body[MESSAGE_PREFIX_BYTES + 1] === 0x01;
  return hasFirstField === isAllowed;
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

const METHOD_POST = 0x83;
const SCHEME_HTTP = 0x86;
/** Places of names in the static table (RFC 7541, appendix A). */
const NAMES = { authority: 1, path: 4, contentType: 31, userAgent: 58 } as const;

/** The remembered headers: 62 is the newest entry of the table, 67 the oldest of the six. */
const LATER_HEADER_BLOCK = Buffer.from([
  METHOD_POST,
  SCHEME_HTTP,
  ...[67, 66, 65, 64, 63, 62].map((entry) => 0x80 | entry),
]);

/** A header that the server is to remember; its name is a place in the static table or spelled out. */
function remembered(name: number | string, value: string): Buffer {
  const isKnown = typeof name === 'number';
  const head = Buffer.from([0x40 | (isKnown ? name : 0)]);
  return Buffer.concat(isKnown ? [head, literal(value)] : [head, literal(name), literal(value)]);
}

/** A string of fewer than 127 bytes, without Huffman coding. */
function literal(text: string): Buffer {
  if (text.length >= 127) throw new Error(`header value of ${text.length} bytes`);
  return Buffer.concat([Buffer.from([text.length]), Buffer.from(text, 'latin1')]);
}
