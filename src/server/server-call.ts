import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { SthenoError } from '../errors.ts';
import type { Call } from '../service/rpc-service.ts';

/** The longest delay that a timer of Node.js can hold; deadlines beyond it (24 days) are none. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * A unary call while it runs. Signal and timer come into being only when they are asked for,
 * since most calls need neither.
 */
export class ServerCall implements Call {
  readonly requestHeaders: IncomingHttpHeaders;
  /** What the handler set; undefined when it set nothing. */
  responseHeaders: OutgoingHttpHeaders | undefined;
  responseTrailers: OutgoingHttpHeaders | undefined;
  /** Called once with the reason when the call is given up before {@link finish}. */
  onAbort: ((reason: SthenoError) => void) | undefined;
  #controller: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;
  #deadlineMs: number | undefined;
  #abortReason: SthenoError | undefined;

  constructor(requestHeaders: IncomingHttpHeaders) {
    this.requestHeaders = requestHeaders;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#abortReason !== undefined) this.#controller.abort(this.#abortReason);
    }
    return this.#controller.signal;
  }

  /** Why the call was given up; undefined while it was not. */
  get abortReason(): SthenoError | undefined {
    return this.#abortReason;
  }

  header(name: string): string | undefined {
    const value = this.requestHeaders[name];
    return typeof value === 'string' ? value : value?.join(', ');
  }

  setHeader(name: string, value: string): void {
    this.responseHeaders ??= {};
    this.responseHeaders[name] = value;
  }

  /** Adds a value to a response header that may have several. */
  appendHeader(name: string, value: string): void {
    this.responseHeaders ??= {};
    append(this.responseHeaders, name, value);
  }

  /** Adds a value to the metadata that follows the answer. */
  appendTrailer(name: string, value: string): void {
    this.responseTrailers ??= {};
    append(this.responseTrailers, name, value);
  }

  /** Gives the call up when this many milliseconds have passed; at once when there are none. */
  expireAfter(timeoutMs: number | undefined): void {
    if (timeoutMs === undefined) return;
    this.#deadlineMs = performance.now() + timeoutMs;
    if (timeoutMs <= 0) this.#expire();
    else if (timeoutMs <= MAX_TIMER_MS) this.#timer = setTimeout(() => this.#expire(), timeoutMs);
  }

  /** Throws the reason if the call was given up or its deadline has passed unnoticed: timers are a millisecond coarse. */
  throwIfAborted(): void {
    if (this.#deadlineMs !== undefined && performance.now() >= this.#deadlineMs) this.#expire();
    if (this.#abortReason !== undefined) throw this.#abortReason;
  }

  abort(reason: SthenoError): void {
    if (this.#abortReason !== undefined) return;
    this.#abortReason = reason;
    clearTimeout(this.#timer);
    this.#controller?.abort(reason);
    this.onAbort?.(reason);
  }

  /** Ends the call's deadline. */
  finish(): void {
    this.onAbort = undefined;
    if (this.#timer !== undefined) clearTimeout(this.#timer);
  }

  #expire(): void {
    this.abort(deadlineExceeded());
  }
}

/** Why a call ends whose deadline has passed. */
export function deadlineExceeded(): SthenoError {
  return new SthenoError('deadline_exceeded', { message: 'context deadline exceeded' });
}

/** Why a call ends whose client has gone away. */
export function callCanceled(): SthenoError {
  return new SthenoError('canceled', { message: 'context canceled' });
}

function append(headers: OutgoingHttpHeaders, name: string, value: string): void {
  const before = headers[name];
  headers[name] = before === undefined ? value : [...(Array.isArray(before) ? before : [String(before)]), value];
}
