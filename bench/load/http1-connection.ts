import { connect, type Socket } from 'node:net';
import type { Answers } from './grpc-connection.ts';

export interface PreparedRequest {
  readonly request: Buffer;
  readonly isAllowed: boolean;
}

const CONTENT_LENGTH = /\r\ncontent-length: (\d+)\r\n/i;

/** An HTTP/1.1 client with one request under way, on a connection that is kept alive. Answers need a length. */
export class Http1Connection {
  readonly #answers: Answers;
  readonly #questions: readonly PreparedRequest[];
  readonly #socket: Socket;
  #nextQuestion: number;
  #isAllowed = false;
  #sentAt = 0;
  #pending: Buffer = Buffer.alloc(0);
  #isClosed = false;

  constructor(options: {
    port: number;
    questions: readonly PreparedRequest[];
    firstQuestion: number;
    answers: Answers;
  }) {
    this.#answers = options.answers;
    this.#questions = options.questions;
    this.#nextQuestion = options.firstQuestion;
    this.#socket = connect({ port: options.port, host: '127.0.0.1', noDelay: true });
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
    const question = this.#questions[this.#nextQuestion++ % this.#questions.length];
    if (question === undefined) throw new Error('no questions');
    this.#isAllowed = question.isAllowed;
    this.#sentAt = performance.now();
    this.#socket.write(question.request);
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
    if (!body.includes(`"allowed":${this.#isAllowed}`)) {
      this.#fail(`wrong answer: ${body.trim()}, expected ${this.#isAllowed}`);
      return;
    }
    this.#answers.answered(performance.now() - this.#sentAt);
    this.#ask();
  }

  #fail(reason: string): void {
    if (this.#isClosed) return;
    this.close();
    this.#answers.failed(reason);
  }
}
