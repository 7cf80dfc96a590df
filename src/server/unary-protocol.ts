import type { IncomingHttpHeaders } from 'node:http';
import type { ConnectError } from '@connectrpc/connect';
import type { RpcContentType } from './content-type.ts';
import type { HttpResponse } from './http-exchange.ts';
import type { ServerCall } from './server-call.ts';

/** How a protocol carries a unary call over request and response objects. */
export interface UnaryProtocol {
  /** The names of the headers that say how messages are compressed. */
  readonly encodingHeader: string;
  readonly acceptEncodingHeader: string;
  /**
   * The call's timeout; undefined when it has none.
   * @throws SthenoError if a header of the protocol is wrong
   */
  timeoutMs(headers: IncomingHttpHeaders): number | undefined;
  /**
   * Looks at a body while it comes.
   * @throws SthenoError if it will not be readable, such as one that is too large
   */
  refuse(head: Buffer, receivedBytes: number, maxMessageBytes: number): void;
  /**
   * Takes the message out of the request's body and decompresses it.
   * @throws SthenoError
   */
  unwrap(body: Buffer, isGzip: boolean, maxMessageBytes: number): Buffer | Promise<Buffer>;
  /** Answers with a message, compressed if `isGzip`; a string is ASCII. */
  succeed(
    response: HttpResponse,
    type: RpcContentType,
    call: ServerCall,
    message: Uint8Array | string,
    isGzip: boolean,
  ): void;
  fail(response: HttpResponse, type: RpcContentType, call: ServerCall, error: ConnectError, isGzip: boolean): void;
}
