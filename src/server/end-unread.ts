import type { HttpResponse } from './http-exchange.ts';

/** How long a client may take to read what its stream ends with when the server stops. */
export const LAST_WORDS_MS = 1000;

/** Ends an answer that nobody reads soon after the server stops: its end would wait for the client, who may never read it. */
export function endUnread(response: HttpResponse, shutdownSignal: AbortSignal): void {
  let timer: NodeJS.Timeout | undefined;
  const onShutdown = (): void => {
    timer = setTimeout(() => response.destroy(), LAST_WORDS_MS).unref();
  };
  if (shutdownSignal.aborted) onShutdown();
  shutdownSignal.addEventListener('abort', onShutdown, { once: true });
  response.once('close', () => {
    shutdownSignal.removeEventListener('abort', onShutdown);
    clearTimeout(timer);
  });
}
