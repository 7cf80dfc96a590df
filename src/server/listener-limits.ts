/** What a listener bears from its clients. */
export interface ListenerLimits {
  /** Of one message, after decompression. */
  readonly maxMessageBytes: number;
  /** Of the request line and headers together. */
  readonly maxHeaderBytes: number;
  /** Of one HTTP/2 connection. */
  readonly maxConcurrentStreams: number;
  /** For the headers and the body of a request to arrive. */
  readonly readTimeoutMs: number;
  /** How long a connection may be silent. */
  readonly idleTimeoutMs: number;
}

/** Contract: gRPC §1.2, REST §1.1; decisions on message and header sizes. */
export const DEFAULT_LIMITS: ListenerLimits = {
  maxMessageBytes: 4 * 1024 * 1024,
  maxHeaderBytes: 64 * 1024,
  // Enough for a proxy that puts all its calls on one connection, little enough that one client cannot hold the memory.
  maxConcurrentStreams: 1000,
  readTimeoutMs: 5_000,
  idleTimeoutMs: 120_000,
};
