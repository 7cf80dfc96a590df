import { Code, ConnectError, type Interceptor } from '@connectrpc/connect';
import { InvalidArgumentError, SthenoError } from '../errors.ts';
import { toCallError } from './call-error.ts';
import { callCanceled, deadlineExceeded } from './server-call.ts';

/**
 * Holds streaming calls to the rules that unary calls follow: a call ends at its deadline whatever
 * its handler does, a method that takes one message gets exactly one, and errors read the same.
 */
export function streamRules(onError: (error: unknown) => void): Interceptor {
  const rename = (error: unknown, signal: AbortSignal): ConnectError => {
    const reason = signal.aborted ? abortReason(signal) : error;
    onError(reason);
    return toCallError(reason);
  };
  return (next) => async (call) => {
    const { signal } = call;
    try {
      const answer = await untilAborted(next(call.stream ? withRequestRules(call) : call), signal);
      if (!answer.stream) return answer;
      return { ...answer, message: guarded(answer.message, signal, rename) };
    } catch (error) {
      throw rename(error, signal);
    }
  };
}

type StreamRequest = Extract<Parameters<ReturnType<Interceptor>>[0], { readonly stream: true }>;

function withRequestRules(call: StreamRequest): StreamRequest {
  const requests = readable(call.message);
  return { ...call, message: call.method.methodKind === 'server_streaming' ? exactlyOne(requests) : requests };
}

async function* readable<T>(requests: AsyncIterable<T>): AsyncIterable<T> {
  try {
    yield* requests;
  } catch (error) {
    throw unmarshalError(error);
  }
}

/** connect-es calls a message that it cannot read an internal error. */
function unmarshalError(error: unknown): unknown {
  if (!(error instanceof ConnectError) || !error.rawMessage.startsWith(PARSE_ERROR)) return error;
  return new InvalidArgumentError({
    message: `unmarshal message: ${error.rawMessage.slice(PARSE_ERROR.length)}`,
    cause: error,
  });
}

const PARSE_ERROR = 'parse binary: ';

async function* exactlyOne<T>(requests: AsyncIterable<T>): AsyncIterable<T> {
  let count = 0;
  let only: T | undefined;
  for await (only of requests) {
    count += 1;
    if (count > 1) throw new SthenoError('unimplemented', { message: 'unary request has multiple messages' });
  }
  if (count === 0) throw new SthenoError('unimplemented', { message: 'unary request has zero messages' });
  yield only as T; // it was assigned
}

/** Passes messages on until the call is given up, and then does not wait for the handler. */
async function* guarded<T>(
  messages: AsyncIterable<T>,
  signal: AbortSignal,
  rename: (error: unknown, signal: AbortSignal) => ConnectError,
): AsyncIterable<T> {
  const iterator = messages[Symbol.asyncIterator]();
  try {
    for (;;) {
      const result = await untilAborted(iterator.next(), signal);
      if (result.done === true) return;
      yield result.value;
    }
  } catch (error) {
    throw rename(error, signal);
  } finally {
    // Not awaited: a handler that waits for something would hold the answer back.
    iterator.return?.().catch(() => {});
  }
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

function abortReason({ reason }: AbortSignal): SthenoError {
  if (reason instanceof SthenoError) return reason;
  return reason instanceof ConnectError && reason.code === Code.DeadlineExceeded ? deadlineExceeded() : callCanceled();
}
