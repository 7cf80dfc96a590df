/** What the services take from the configuration. It may change between requests. */
export interface Settings {
  readonly strict: boolean;
  readonly expandRewrites: boolean;
  /** Ceiling and default of `max_depth`. */
  readonly maxReadDepth: number;
  readonly maxBatchCheckSize: number;
  /** Node budget of an expand. */
  readonly maxExpandSize: number;
}

/** The depth that a request gets (contract: OPL C2): below 1 or above the ceiling is the ceiling. */
export function effectiveDepth(requested: number, { maxReadDepth }: Settings): number {
  return requested < 1 || requested > maxReadDepth ? maxReadDepth : requested;
}
