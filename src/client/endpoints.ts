import type { ClientOptions, ClientTransport, Port } from './client-options.ts';
import { fetchTransport } from './fetch-transport.ts';
import { invalidArgument } from './invalid-argument.ts';
import { RequestError } from './request-error.ts';

/** The listeners of a server. What has the same URL shares a transport. */
export class Endpoints {
  readonly #urls: Readonly<Record<Port, string | undefined>>;
  readonly #open: (baseUrl: string) => ClientTransport;
  readonly #transports = new Map<string, ClientTransport>();
  #isClosed = false;

  /** @throws {RequestError} `invalid_argument` without any URL, and for one that is none */
  constructor(options: ClientOptions) {
    // Who writes JavaScript may pass nothing at all.
    const { baseUrl, readUrl, writeUrl, oplUrl, transport = fetchTransport() }: ClientOptions = options ?? {};
    if ((baseUrl ?? readUrl ?? writeUrl ?? oplUrl) === undefined) {
      throw invalidArgument('the client has no URL: set baseUrl, or readUrl, writeUrl and oplUrl');
    }
    for (const [name, url] of Object.entries({ baseUrl, readUrl, writeUrl, oplUrl })) requireUrl(name, url);
    this.#urls = { read: readUrl ?? baseUrl, write: writeUrl ?? baseUrl, opl: oplUrl ?? baseUrl };
    this.#open = transport;
  }

  /** @throws {RequestError} `invalid_argument` when there is no URL for the port, `canceled` after the end */
  transport(port: Port): ClientTransport {
    if (this.#isClosed) throw new RequestError({ code: 'canceled', message: 'the client is closed' });
    const url = this.#urls[port];
    if (url === undefined) throw invalidArgument(`the client has no URL for this call: set ${port}Url or baseUrl`);
    const opened = this.#transports.get(url) ?? this.#open(url);
    this.#transports.set(url, opened);
    return opened;
  }

  close(): void {
    this.#isClosed = true;
    for (const transport of this.#transports.values()) transport.close?.();
  }
}

function requireUrl(name: string, url: string | undefined): void {
  if (url === undefined || /^https?:\/\/[^/]/i.test(url)) return;
  throw invalidArgument(`${name} must be a URL with http:// or https://, but is ${JSON.stringify(url)}`);
}
