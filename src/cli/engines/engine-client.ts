import type { JsonValue } from '../../policy/json-value.ts';
import type { CommandFailure } from '../command-failure.ts';
import { systemErrorText } from '../system-error-text.ts';
import { engineFailure } from './engine-failure.ts';

const BASE = '/engines/acp/ory/{flavor}';

/** How the API's clients have always called the statuses that it can answer. */
const STATUS_NAMES: Readonly<Record<number, string>> = {
  403: 'Forbidden',
  404: 'NotFound',
  413: 'RequestEntityTooLarge',
  500: 'InternalServerError',
};

export interface EngineRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Behind the flavor, with open segments such as `/policies/{id}`. */
  readonly path: string;
  /** The values of the open segments. */
  readonly segments: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: JsonValue;
  readonly operation: string;
  /** Which statuses are answers; the others are failures. */
  readonly answers: readonly number[];
  /** What could not be done, as the beginning of a failure's message. */
  readonly failure: string;
}

/** Talks to the policies API of a server. */
export class EngineClient {
  readonly #endpoint: string;
  readonly #headers: Readonly<Record<string, string>>;

  /** The endpoint may have a path, which is kept, and a user. @throws {CommandFailure} when it is no HTTP URL */
  constructor({ endpoint }: { endpoint: string }) {
    const url = parseEndpoint(endpoint);
    const { username, password } = url;
    [url.username, url.password, url.search, url.hash] = ['', '', '', ''];
    this.#endpoint = url.href.replace(/\/+$/, '');
    this.#headers = username === '' ? {} : { authorization: basicAuthorization(username, password) };
  }

  /** The JSON of the answer; undefined when it has no body. @throws {CommandFailure} when there is no good answer */
  async send(request: EngineRequest): Promise<JsonValue | undefined> {
    const { status, text } = await this.#exchange(request);
    if (!request.answers.includes(status)) {
      const { method, path, operation } = request;
      const name = STATUS_NAMES[status] ?? 'Default';
      const detail = `[${method} ${BASE}${path}][${status}] ${operation}${name} ${messageOf(text)}`;
      throw failed(request, detail.trimEnd());
    }
    if (text === '') return undefined;
    try {
      return JSON.parse(text) as JsonValue;
    } catch {
      throw failed(request, 'the answer is not JSON');
    }
  }

  async #exchange(request: EngineRequest): Promise<{ status: number; text: string }> {
    const { method, path, segments, query = {}, body } = request;
    const filled = `${BASE}${path}`.replace(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(segments[name] ?? ''),
    );
    const search = new URLSearchParams(query).toString();
    try {
      const response = await fetch(`${this.#endpoint}${filled}${search === '' ? '' : `?${search}`}`, {
        method,
        headers: { ...this.#headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, text: await response.text() };
    } catch (error) {
      const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
      throw failed(request, systemErrorText(cause));
    }
  }
}

function parseEndpoint(endpoint: string): URL {
  const url = /^https?:\/\//i.test(endpoint) && URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url !== undefined) return url;
  throw engineFailure(
    `Unable to parse endpoint URL ${JSON.stringify(endpoint)}: it must be an http:// or https:// URL`,
  );
}

/** Of a user as a URL has it (RFC 7617 §2). */
function basicAuthorization(username: string, password: string): string {
  return `Basic ${Buffer.from(`${unescaped(username)}:${unescaped(password)}`).toString('base64')}`;
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a percent sign that escapes nothing
  }
}

/** What the server says, as far as it says it in its own form. */
function messageOf(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === 'string' ? message : '';
  } catch {
    return '';
  }
}

function failed({ failure }: EngineRequest, detail: string): CommandFailure {
  return engineFailure(`${failure}: ${detail}`);
}
