/** The content type of answers that are no errors (contract: REST §2). */
export const JSON_TYPE = 'application/json; charset=utf-8';

/** What a route, or the router in the place of one, wants to be sent. Names of headers are lower case. */
export type Answer = WholeAnswer | StreamAnswer;

/** An answer that is known when it begins. */
export type WholeAnswer = JsonAnswer | BytesAnswer | EmptyAnswer;

export interface JsonAnswer {
  readonly kind: 'json';
  readonly status: number;
  readonly value: unknown;
  readonly headers?: Headers;
}

export interface BytesAnswer {
  readonly kind: 'bytes';
  readonly status: number;
  readonly contentType: string;
  readonly body: Uint8Array | string;
  readonly headers?: Headers;
}

export interface EmptyAnswer {
  readonly kind: 'empty';
  readonly status: number;
  readonly headers?: Headers;
}

/** An answer that comes bit by bit, and may be endless. It is given up when the server stops. */
export interface StreamAnswer {
  readonly kind: 'stream';
  readonly status: number;
  readonly contentType: string;
  /** Read no faster than the client reads. What is thrown before the first one is answered as if there were no stream. */
  readonly chunks: AsyncIterable<Uint8Array | string>;
  /** How an error behind the first chunk is told. Without it the answer is cut off, so that nobody takes it for whole. */
  readonly lastChunk?: (error: unknown) => string;
  readonly headers?: Headers;
}

type Headers = Readonly<Record<string, string>>;

/** An answer of the usual kind: JSON with status 200. */
export function ok(value: unknown, headers: Headers = {}): JsonAnswer {
  return { kind: 'json', status: 200, value, headers };
}
