import { connect, type Socket } from 'node:net';
import type { Answers } from './grpc-connection.ts';
import type { Question } from './window.ts';

export interface PreparedRequest {
  /** Names what is asked, as the path of a gRPC request does. */
  readonly path: string;
  readonly request: Buffer;
  readonly isAllowed: Question['isAllowed'];
}

const CONTENT_LENGTH = /\r\ncontent-length: (\d+)\r\n/i;

/** An HTTP/1.1 client with one request under way, on a connection that is kept alive. Answers need a length. */
export class Http1Connection {
  readonly #answers: Answers<PreparedRequest>;
  readonly #next: () => PreparedRequest | undefined;
  readonly #socket: Socket;
  #sent: PreparedRequest | undefined;
  #sentAt = 0;
  #pending: Buffer = Buffer.alloc(0);
  #isClosed = false;

  constructor(options: {
    host: string;
    port: number;
    /** What to send next, undefined: nothing any more. A connection whose questions have run out fails. */
    next: () => PreparedRequest | undefined;
    answers: Answers<PreparedRequest>;
  }) {
    this.#answers = options.answers;
    this.#next = options.next;
    this.#socket = connect({ port: options.port, host: options.host, noDelay: true });
    this.#socket.on('data', (chunk) => this.#receive(chunk));
    this.#socket.on('error', (error) => this.#fail(error.message));
    this.#socket.on('close', () => this.#fail('the server closed the connection'));
    this.#ask();
  }

  close(): void {
    this.#isClosed = true;
    this.#socket.destroy();
  }

  #ask(): void {
    try {
      this.#sent = this.#next();
    } catch (error) {
      this.#fail(String(error));
      return;
    }
    if (this.#sent === undefined) return;
    this.#sentAt = performance.now();
    this.#socket.write(this.#sent.request);
  }

  #receive(chunk: Buffer): void {
    const bytes = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    this.#pending = bytes;
    const bodyAt = bytes.indexOf('\r\n\r\n') + 4;
    if (bodyAt < 4) return;
    const length = CONTENT_LENGTH.exec(bytes.toString('latin1', 0, bodyAt))?.[1];
    if (length === undefined) {
      this.#fail('an answer without content-length');
      return;
    }
    const end = bodyAt + Number(length);
    if (bytes.length < end) return;
    this.#pending = bytes.subarray(end);
    this.#complete(bytes.toString('latin1', bodyAt, end));
  }

  #complete(body: string): void {
    const sent = this.#sent;
    if (sent === undefined || !body.includes(`"allowed":${sent.isAllowed}`)) {
      this.#fail(`wrong answer: ${body.trim()}, expected ${sent?.isAllowed}`);
      return;
    }
    this.#answers.answered(sent, performance.now() - this.#sentAt);
    this.#ask();
  }

  #fail(reason: string): void {
    if (this.#isClosed) return;
    this.close();
    this.#answers.failed(reason);
  }
}
