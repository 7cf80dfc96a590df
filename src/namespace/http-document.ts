import { setTimeout as sleep } from 'node:timers/promises';
import type { DocumentSource, ModelDocument } from './document-source.ts';
import { leadsToPrivateAddress } from './private-address.ts';
import { systemErrorCode } from './system-error-code.ts';

/** How long one attempt may take (contract: configuration §4.3). */
const ATTEMPT_TIMEOUT_MS = 60_000;
/** Waits before the second and each further attempt (contract: configuration §4.3). */
const RETRY_WAITS_MS: readonly number[] = [1000, 2000, 4000, 8000];
/** How often a server is asked for a newer version. */
const POLL_MS = 30_000;
/** Far more than any model; bounds what a broken server can make us hold. */
const MAX_BYTES = 16 * 1024 * 1024;
const MAX_REDIRECTS = 5;

export interface HttpDocumentOptions {
  readonly url: URL;
  readonly pollMs?: number | undefined;
  readonly retryWaitsMs?: readonly number[] | undefined;
  readonly attemptTimeoutMs?: number | undefined;
  /** Asked before each attempt: whether hosts with private addresses are off limits. */
  readonly disallowPrivateAddresses?: (() => boolean) | undefined;
  /** Told, until there is a first version, about attempts that failed and are made again. */
  readonly onRetry?: OnRetry | undefined;
}

/** @param reason without anything secret; @param retryMs the pause before the next attempt */
export type OnRetry = (reason: string, retryMs: number) => void;

/** A document that a web server holds, asked for again at intervals; unchanged ones are not sent twice (ETag, RFC 9110 §8.8.3). */
export class HttpDocument implements DocumentSource {
  readonly #url: URL;
  readonly #pollMs: number;
  readonly #retryWaitsMs: readonly number[];
  readonly #attemptTimeoutMs: number;
  readonly #disallowPrivateAddresses: () => boolean;
  readonly #onRetry: OnRetry;
  readonly #closing = new AbortController();
  #poll: NodeJS.Timeout | undefined;
  #etag: string | undefined;
  #newest: ModelDocument | undefined;

  constructor(options: HttpDocumentOptions) {
    this.#url = options.url;
    this.#pollMs = options.pollMs ?? POLL_MS;
    this.#retryWaitsMs = options.retryWaitsMs ?? RETRY_WAITS_MS;
    this.#attemptTimeoutMs = options.attemptTimeoutMs ?? ATTEMPT_TIMEOUT_MS;
    this.#disallowPrivateAddresses = options.disallowPrivateAddresses ?? (() => false);
    this.#onRetry = options.onRetry ?? (() => {});
  }

  async read(): Promise<readonly ModelDocument[]> {
    for (const waitMs of this.#retryWaitsMs) {
      try {
        return [await this.#fetch()];
      } catch (error) {
        if (error instanceof FinalError || this.#closing.signal.aborted) throw error;
        if (this.#newest === undefined) this.#onRetry(messageOf(error), waitMs);
        // It keeps the process alive: at the start there may be nothing else that does.
        await sleep(waitMs, undefined, { signal: this.#closing.signal });
      }
    }
    return [await this.#fetch()];
  }

  watch(onChange: () => void): void {
    this.#poll = setInterval(onChange, this.#pollMs);
    this.#poll.unref();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#poll);
    this.#closing.abort();
  }

  async #fetch(): Promise<ModelDocument> {
    const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(this.#attemptTimeoutMs)]);
    const response = await this.#request(signal);
    if (response.status === 304 && this.#newest !== undefined) return this.#newest;
    if (response.status !== 200) {
      await response.body?.cancel();
      throw statusError(response.status, shown(this.#url));
    }
    const bytes = await readBounded(response, shown(this.#url));
    this.#etag = response.headers.get('etag') ?? undefined;
    this.#newest = { name: shown(this.#url), bytes };
    return this.#newest;
  }

  /** Follows redirects itself, so that each address is checked and credentials stay with their server. */
  async #request(signal: AbortSignal): Promise<Response> {
    let url = this.#url;
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const response = await this.#send(url, signal);
      const location = response.headers.get('location');
      if (response.status < 300 || response.status > 399 || location === null) return response;
      await response.body?.cancel();
      if (!URL.canParse(location, url.href)) break;
      url = new URL(location, url);
    }
    throw new FinalError(`cannot fetch ${shown(this.#url)}: it redirects too often or to nowhere`);
  }

  async #send(url: URL, signal: AbortSignal): Promise<Response> {
    const headers = new Headers();
    if (this.#etag !== undefined) headers.set('if-none-match', this.#etag);
    const { username, password, origin } = this.#url;
    if (username !== '' && url.origin === origin) {
      const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
      headers.set('authorization', `Basic ${Buffer.from(credentials).toString('base64')}`);
    }
    try {
      if (this.#disallowPrivateAddresses() && (await leadsToPrivateAddress(url))) {
        throw new FinalError(`cannot fetch ${shown(url)}: it has a private address`);
      }
      return await fetch(withoutCredentials(url), { headers, signal, redirect: 'manual' });
    } catch (error) {
      if (error instanceof FinalError) throw error;
      throw new Error(`cannot fetch ${shown(url)}: ${fetchReason(error)}`, { cause: error });
    }
  }
}

/** A failure that asking again cannot mend. */
class FinalError extends Error {}

/**
 * What went wrong below, because `fetch failed` says nothing: its code, for texts beside codes name addresses, or the
 * text of what has none, such as a port that fetch refuses.
 */
function fetchReason(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return systemErrorCode(cause) ?? messageOf(cause ?? error);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The text is the contract's (configuration §4.3). Servers recover; what they say about the request stays. */
function statusError(status: number, url: string): Error {
  const message = `expected http response status code 200 but got ${status} when fetching: ${url}`;
  return status >= 500 || status === 429 ? new Error(message) : new FinalError(message);
}

async function readBounded(response: Response, url: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) throw new FinalError(`the document at ${url} is larger than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function withoutCredentials(url: URL): URL {
  const copy = new URL(url);
  copy.username = '';
  copy.password = '';
  return copy;
}

/** The address as messages may show it: neither credentials nor the query, which may hold a token. */
function shown(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}
