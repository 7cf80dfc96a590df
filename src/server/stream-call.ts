import type { HandlerContext } from '@connectrpc/connect';
import type { Call } from '../service/rpc-service.ts';

/** A streaming call, as its handler sees it. */
export class StreamCall implements Call {
  readonly #context: HandlerContext;

  constructor(context: HandlerContext) {
    this.#context = context;
  }

  get signal(): AbortSignal {
    return this.#context.signal;
  }

  get abortReason(): unknown {
    return this.#context.signal.aborted ? this.#context.signal.reason : undefined;
  }

  get requestHeaders(): Headers {
    return this.#context.requestHeader;
  }

  header(name: string): string | undefined {
    return this.#context.requestHeader.get(name) ?? undefined;
  }

  setHeader(name: string, value: string): void {
    this.#context.responseHeader.set(name, value);
  }

  /** Adds a value to a response header that may have several. */
  appendHeader(name: string, value: string): void {
    this.#context.responseHeader.append(name, value);
  }

  /** Adds a value to the metadata that follows the answers. */
  appendTrailer(name: string, value: string): void {
    this.#context.responseTrailer.append(name, value);
  }
}
