import { endUnread } from '../end-unread.ts';
import type { HttpHandler, HttpRequest, HttpResponse } from '../http-exchange.ts';
import { callCanceled, ServerCall } from '../server-call.ts';
import type { ServerLogger } from '../server-logger.ts';
import { isFault } from '../status.ts';
import type { StreamAnswer } from './answer.ts';
import { errorAnswer } from './error-answer.ts';
import type { Segments } from './path-template.ts';
import { QueryParameters } from './query-parameters.ts';
import { readBody } from './read-body.ts';
import { readBodyChunks } from './read-body-chunks.ts';
import { setEndpoint } from './request-endpoint.ts';
import { splitTarget } from './request-path.ts';
import type { Route } from './route.ts';
import { type Match, Router } from './router.ts';
import { sendAnswer } from './send-answer.ts';
import { sendStream } from './send-stream.ts';

export interface RestLimits {
  /** The largest request body that is read. */
  readonly maxBodyBytes: number;
}

/**
 * Answers every request of a listener that is no RPC: those of its routes, and the rest as the
 * contract's router does (REST §1.1).
 */
export function createRestHandler(options: {
  routes: readonly Route[];
  limits: RestLimits;
  logger?: ServerLogger | undefined;
}): HttpHandler {
  const router = new Router(options.routes);
  return (request, response, shutdownSignal) => {
    const target = splitTarget(request.url ?? '/');
    const match = router.match(request.method ?? 'GET', target);
    if (match.kind === 'answer') {
      sendAnswer(request, response, match.answer);
      return;
    }
    setEndpoint(request, match.route.path);
    const exchange = { request, response, shutdownSignal, query: target.query ?? '' };
    runRoute(match, exchange, options).catch((error) => {
      options.logger?.error({ err: error, endpoint: match.route.path }, 'an answer could not be sent');
      response.destroy();
    });
  };
}

interface Exchange {
  readonly request: HttpRequest;
  readonly response: HttpResponse;
  readonly shutdownSignal: AbortSignal | undefined;
  readonly query: string;
}

async function runRoute(
  { route, segments }: Match & { kind: 'route' },
  exchange: Exchange,
  { limits, logger }: { limits: RestLimits; logger?: ServerLogger | undefined },
): Promise<void> {
  const { request, response, query } = exchange;
  const call = new ServerCall(request.headers);
  response.on('close', () => {
    // An answered request ends like this too.
    if (!response.writableEnded) call.abort(callCanceled());
  });
  try {
    const answer = await route.handle({
      query: new QueryParameters(query),
      segment: (name) => required(segments, name),
      call,
      body: () => readBody(request, call, limits.maxBodyBytes),
      bodyChunks: () => readBodyChunks(request, call),
    });
    if (answer.kind === 'stream') await streamAnswer(answer, exchange, call);
    else sendAnswer(request, response, answer, call.responseHeaders);
  } catch (error) {
    if (isFault(error) && call.abortReason === undefined) {
      logger?.error({ err: error, method: request.method, endpoint: route.path }, 'a request failed');
    }
    const toErrorAnswer = route.toErrorAnswer ?? errorAnswer;
    if (!response.headersSent) sendAnswer(request, response, toErrorAnswer(error, call.header('x-request-id')));
  }
}

/** @throws what the answer throws before its first chunk, and whatever is a fault */
async function streamAnswer(answer: StreamAnswer, exchange: Exchange, call: ServerCall): Promise<void> {
  const { request, response, shutdownSignal } = exchange;
  const stop = (): void => call.abort(shutdownSignal?.reason);
  if (shutdownSignal !== undefined) endUnread(response, shutdownSignal);
  if (shutdownSignal?.aborted) stop();
  shutdownSignal?.addEventListener('abort', stop, { once: true });
  try {
    await sendStream(request, response, answer, call);
  } catch (error) {
    if (!response.headersSent) throw error;
    if (answer.lastChunk === undefined) response.destroy();
    else response.end(answer.lastChunk(error));
    throw error;
  } finally {
    shutdownSignal?.removeEventListener('abort', stop);
  }
}

function required(segments: Segments, name: string): string {
  const value = segments.get(name);
  if (value === undefined) throw new Error(`BUG: the path has no segment "${name}"`);
  return value;
}
