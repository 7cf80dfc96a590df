/** The content type of answers that are no errors (contract: REST §2). */
export const JSON_TYPE = 'application/json; charset=utf-8';

/** What a route, or the router in the place of one, wants to be sent. Names of headers are lower case. */
export type Answer = JsonAnswer | BytesAnswer | EmptyAnswer;

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

type Headers = Readonly<Record<string, string>>;

/** An answer of the usual kind: JSON with status 200. */
export function ok(value: unknown, headers: Headers = {}): JsonAnswer {
  return { kind: 'json', status: 200, value, headers };
}
