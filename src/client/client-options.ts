import type { Transport } from '@connectrpc/connect';
import type { RetryPolicy } from './retry-policy.ts';

/** A listener of the server: `read` checks and lists, `write` changes tuples, `opl` checks the syntax of models. */
export type Port = 'read' | 'write' | 'opl';

/** A transport of Connect; `close` is called when the client is closed. */
export interface ClientTransport extends Transport {
  close?(): void;
}

/** Opens the way to a server, given its base URL. Called once for each URL, with the first request. */
export type OpenTransport = (baseUrl: string) => ClientTransport;

/** How a client reaches its server. */
export interface ClientOptions {
  /** Where everything is that has no URL of its own, for example `https://permissions.example`. */
  readonly baseUrl?: string | undefined;
  /** The read port: check, expand, list, namespaces. */
  readonly readUrl?: string | undefined;
  /** The write port: write, delete. */
  readonly writeUrl?: string | undefined;
  /** The OPL port: the syntax check. */
  readonly oplUrl?: string | undefined;
  /**
   * How requests travel. Default: the Connect protocol through `fetch`, which works everywhere. On Node.js, pass
   * `nodeTransport()` of `stheno/client/node` for gRPC over HTTP/2.
   */
  readonly transport?: OpenTransport | undefined;
  /** Sent as `Authorization: Bearer …`. A function is asked before each attempt, so that tokens can be renewed. */
  readonly bearerToken?: string | (() => string | Promise<string>) | undefined;
  /** Further headers of each request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** How long a call may take, all attempts and pauses together. Default 10000; `Infinity`: as long as it takes. */
  readonly timeoutMs?: number | undefined;
  /** When requests are sent again. */
  readonly retry?: RetryPolicy | undefined;
}

/** What may be said of a single call. */
export interface CallOptions {
  /** Aborting it ends the call with a RequestError of the code `canceled`. */
  readonly signal?: AbortSignal | undefined;
  /** Instead of the client's. */
  readonly timeoutMs?: number | undefined;
  /** Instead of the client's, key by key. */
  readonly retry?: RetryPolicy | undefined;
  /** In addition to the client's; of the same names, these count. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** What may be said of a call that reads. */
export interface ReadOptions extends CallOptions {
  /** The state to answer from must be as new as this token, or newer. In a session: instead of the session's. */
  readonly snaptoken?: string | undefined;
  /**
   * `latest`: every write acknowledged before the call is seen, as without a snaptoken.
   * `minimize-latency`: what the server has at hand answers, but nothing older than the snaptoken.
   */
  readonly consistency?: 'latest' | 'minimize-latency' | undefined;
}

/** What may be said of a check or an expansion. */
export interface DepthOptions extends ReadOptions {
  /** How many levels are followed; the server's limit is the default and the maximum. */
  readonly maxDepth?: number | undefined;
}
