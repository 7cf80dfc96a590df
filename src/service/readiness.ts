/** Whether the server can do its work: what the REST and gRPC health answers are made of (contract: gRPC §6, REST §1). */
export interface Readiness {
  /** What stands in the way, one text a problem; empty when the server is ready. Never rejects, and answers in seconds. */
  problems(): Promise<readonly string[]>;
  /**
   * Calls the listener when the answer may have changed, until the returned function is called.
   * Absent where nothing tells of changes: watchers then ask again from time to time.
   */
  onChange?(listener: () => void): () => void;
}
