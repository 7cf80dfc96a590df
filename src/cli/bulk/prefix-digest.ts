import { createHash } from 'node:crypto';

/** How bytes begin. */
export interface Prefix {
  readonly bytes: number;
  readonly sha256: string;
}

/** Bytes that are read further than they are done with: tells by which beginning to know what is done. */
export class PrefixDigest {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #hash = createHash('sha256');
  /** How many bytes are in the hash; those behind them that were read wait. */
  #bytes = 0;
  readonly #waiting: Uint8Array[] = [];

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Goes behind a beginning before anything is read; false when the bytes begin otherwise. */
  async skip({ bytes, sha256 }: Prefix): Promise<boolean> {
    while (this.#bytes < bytes) {
      const next = await this.#source.next();
      if (next.done === true) return false;
      this.#waiting.push(next.value);
      this.#digest(bytes);
    }
    return this.upTo(bytes)?.sha256 === sha256;
  }

  /** All bytes, or those behind what was skipped. They are kept until `upTo` goes behind them. */
  async *chunks(): AsyncGenerator<Uint8Array> {
    const [rest] = this.#waiting;
    if (rest !== undefined) yield rest;
    for (let next = await this.#source.next(); next.done !== true; next = await this.#source.next()) {
      this.#waiting.push(next.value);
      yield next.value;
    }
  }

  /** The beginning with so many bytes, not less than the last time; undefined when fewer were read. */
  upTo(bytes: number): Prefix | undefined {
    this.#digest(bytes);
    return this.#bytes === bytes ? { bytes, sha256: this.#hash.copy().digest('hex') } : undefined;
  }

  #digest(end: number): void {
    for (let [chunk] = this.#waiting; chunk !== undefined && this.#bytes < end; [chunk] = this.#waiting) {
      const part = chunk.subarray(0, end - this.#bytes);
      this.#hash.update(part);
      this.#bytes += part.length;
      if (part.length === chunk.length) this.#waiting.shift();
      else this.#waiting[0] = chunk.subarray(part.length);
    }
  }
}
