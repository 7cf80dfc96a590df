import { SthenoError } from '../../errors.ts';
import type { HttpRequest } from '../http-exchange.ts';
import { liftReadDeadline } from '../read-deadline.ts';
import type { ServerCall } from '../server-call.ts';

/**
 * The body of a request, read no faster than it is taken. The connection stays as it is when not all of it is.
 * @throws why the call was given up: its client went away
 */
export async function* readBodyChunks(request: HttpRequest, call: ServerCall): AsyncGenerator<Uint8Array> {
  liftReadDeadline(request);
  const chunks = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>; // nobody has set an encoding
  try {
    // Not `yield*`: it would pass on what ends a reader that fails, and the request would be destroyed by that.
    for await (const chunk of chunks) yield chunk;
  } catch (error) {
    // What ends a request early ends its call as well, a moment later.
    call.throwIfAborted();
    throw new SthenoError('canceled', { message: 'the request body was cut off', cause: error });
  }
}
