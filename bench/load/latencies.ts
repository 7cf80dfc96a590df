/** Percentiles over a bounded number of samples: when it is full, new samples replace old ones in turn. */
export class Latencies {
  readonly #samples = new Float64Array(200_000);
  #count = 0;

  add(latencyMs: number): void {
    this.#samples[this.#count % this.#samples.length] = latencyMs;
    this.#count++;
  }

  clear(): void {
    this.#count = 0;
  }

  /** How many samples came since the last clear. */
  get count(): number {
    return this.#count;
  }

  /** The sample below which `share` (0 to 1) of them lie; 0 when there is none. */
  percentile(share: number): number {
    const sorted = this.#samples.slice(0, Math.min(this.#count, this.#samples.length)).sort();
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  }
}
