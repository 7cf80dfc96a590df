import type { Writable } from 'node:stream';

const INTERVAL_MS = 200;
const BAR_WIDTH = 24;
const TO_LINE_START = '\r\x1b[K';

/** Shows on a terminal how far something is, how fast it goes and how long it takes yet; elsewhere nothing. */
export class Progress implements Disposable {
  readonly #output: Writable | undefined;
  readonly #name: string;
  readonly #beganMs: number = performance.now();
  #shownMs = 0;

  constructor({ output, name }: { output: Writable; name: string }) {
    this.#output = 'isTTY' in output && output.isTTY === true ? output : undefined;
    this.#name = name;
  }

  /** `share`, from 0 to 1, is how much of all is done; undefined when nobody knows how much there is. */
  show(tuples: number, share: number | undefined): void {
    const nowMs = performance.now();
    if (this.#output === undefined || nowMs - this.#shownMs < INTERVAL_MS) return;
    this.#shownMs = nowMs;
    const seconds = (nowMs - this.#beganMs) / 1000;
    const rate = seconds > 0 ? Math.round(tuples / seconds) : 0;
    const parts = [`${this.#name} ${barOf(share)}${grouped(tuples)} tuples`, `${grouped(rate)}/s`];
    if (share !== undefined && share > 0) parts.push(`${clock((seconds / share) * (1 - share))} left`);
    this.#output.write(`${TO_LINE_START}${parts.join(', ')}`);
  }

  /** Takes the line away. */
  [Symbol.dispose](): void {
    if (this.#shownMs > 0) this.#output?.write(TO_LINE_START);
  }
}

function barOf(share: number | undefined): string {
  if (share === undefined) return '';
  const full = Math.round(Math.min(share, 1) * BAR_WIDTH);
  return `[${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)}] ${Math.floor(Math.min(share, 1) * 100)} %, `;
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

/** `1:02:03`, or `2:03`. */
function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const tail = String(rest).padStart(2, '0');
  return hours === 0 ? `${minutes}:${tail}` : `${hours}:${String(minutes).padStart(2, '0')}:${tail}`;
}
