/** A moment by two clocks of this machine. */
export interface Moment {
  /** Milliseconds of a clock that never goes back. It may stand still while the machine sleeps. */
  readonly monotonicMs: number;
  /** Milliseconds since 1970 of the clock that goes on then. It may be set. */
  readonly wallMs: number;
}

export function now(): Moment {
  return { monotonicMs: performance.now(), wallMs: Date.now() };
}

/** How long a holder may count on its lease without asking. */
export class Trust {
  readonly #trustMs: number;
  #since: Moment | undefined;

  constructor({ trustMs }: { trustMs: number }) {
    this.#trustMs = trustMs;
  }

  /** The lease was taken or renewed. `sent` is before that was sent, and so before anybody can have seen it. */
  renewed(sent: Moment): void {
    this.#since = sent;
  }

  isOn({ monotonicMs, wallMs }: Moment): boolean {
    if (this.#since === undefined) return false;
    const byWallMs = wallMs - this.#since.wallMs;
    return monotonicMs - this.#since.monotonicMs < this.#trustMs && byWallMs >= 0 && byWallMs < this.#trustMs;
  }
}
