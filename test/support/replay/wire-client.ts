import { request as http1Request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { connect, constants, type IncomingHttpStatusHeader } from 'node:http2';

/** A request as it goes out: nothing is added to it but what HTTP itself needs. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body?: Buffer | undefined;
}

export interface WireResponse {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly trailers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The client left before the end. */
  readonly isCut: boolean;
}

const TIMEOUT_MS = 60_000;
const MAX_HEADER_BYTES = 1 << 20;

export function sendHttp1(port: number, { method, path, headers, body }: WireRequest): Promise<WireResponse> {
  const options = { port, method, path, headers, agent: false, maxHeaderSize: MAX_HEADER_BYTES, timeout: TIMEOUT_MS };
  return new Promise((resolve, reject) => {
    const outgoing = http1Request(options, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const trailers = plainHeaders(incoming.trailers);
        const received = { status: incoming.statusCode, headers: plainHeaders(incoming.headers), trailers };
        resolve({ ...received, body: Buffer.concat(chunks), isCut: false });
      });
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in time')));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** With prior knowledge. `isEnough` is asked after every chunk whether the client has seen enough and leaves. */
export function sendHttp2(
  port: number,
  { method, path, headers, body }: WireRequest,
  isEnough: (received: Buffer) => boolean = () => false,
): Promise<WireResponse> {
  return new Promise((resolve, reject) => {
    const session = connect(`http://127.0.0.1:${port}`);
    const stream = session.request({ ':method': method, ':path': path, ...headers }, { endStream: false });
    const chunks: Buffer[] = [];
    let head: IncomingHttpHeaders & IncomingHttpStatusHeader = {};
    let trailers: IncomingHttpHeaders = {};
    const finish = (isCut: boolean): void => {
      session.destroy();
      const received = { status: head[':status'], headers: plainHeaders(head), trailers: plainHeaders(trailers) };
      resolve({ ...received, body: Buffer.concat(chunks), isCut });
    };
    const fail = (error: Error): void => {
      session.destroy();
      reject(error);
    };
    stream.setTimeout(TIMEOUT_MS, () => fail(new Error('no answer in time')));
    session.on('error', fail);
    stream.on('error', fail);
    stream.on('response', (response) => (head = response));
    stream.on('trailers', (sent) => (trailers = sent));
    stream.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      if (!isEnough(Buffer.concat(chunks))) return;
      stream.close(constants.NGHTTP2_CANCEL);
      finish(true);
    });
    stream.on('end', () => finish(false));
    stream.end(body);
  });
}

function plainHeaders(headers: NodeJS.Dict<string | string[] | number>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !name.startsWith(':'))
      .map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : String(value)]),
  );
}
