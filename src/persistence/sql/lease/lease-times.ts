/** Milliseconds, each by the clock of one machine. */
export interface LeaseTimes {
  /** How long a holder counts on its lease after it sent the last renewal. */
  readonly trustMs: number;
  /** How long another must see the lease unchanged before it ends it. At least twice `trustMs` (docs/adr/0021). */
  readonly termMs: number;
  /** How often a holder renews it. */
  readonly renewMs: number;
  /** How long nobody must have asked before it is given back. */
  readonly idleMs: number;
  /** How long not to take it after others wrote; each further time twice as long, up to the last. */
  readonly minPauseMs: number;
  readonly maxPauseMs: number;
  /** How long a write waits until others give it back, and how often it looks. */
  readonly maxWaitMs: number;
  readonly lookMs: number;
}

export const LEASE_TIMES: LeaseTimes = {
  trustMs: 1000,
  termMs: 2000,
  renewMs: 300,
  idleMs: 1000,
  minPauseMs: 30_000,
  maxPauseMs: 600_000,
  maxWaitMs: 10_000,
  lookMs: 25,
};
