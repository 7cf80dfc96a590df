import type { IncomingMessage } from 'node:http';

/**
 * What is left of a request that was answered early is read, within its time: to close at once would reset the
 * connection under a client that still sends, and it would never see the answer. Where the connection ends with the
 * answer only its sending side ends until then.
 */
export function lingerBehindAnswer(request: IncomingMessage): void {
  const { socket } = request;
  // What Node.js calls when an answer was the last one.
  socket.destroySoon = () => {
    socket.end();
    request.once('close', () => socket.destroy());
  };
  request.resume();
}
