/** A request that whoever asked for it may give up. */
export interface Cancellation {
  /** Why it was given up; undefined while it was not. */
  readonly abortReason: unknown;
  /** The same for what takes a signal. It comes into being when it is first read: most requests end without it. */
  readonly signal: AbortSignal;
}
