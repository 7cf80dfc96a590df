import { Listener, type ListenOptions } from '../../../src/server/listener.ts';
import { checkService } from './check-service.ts';

/** A listener on a free port of the loopback interface with a small service; close it with `await using`. */
export function openListener(options: Partial<ListenOptions> = {}): Promise<Listener> {
  return Listener.listen({
    name: 'read',
    host: '127.0.0.1',
    port: 0,
    services: [checkService],
    fallback: (_request, response) => {
      response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' });
      response.end('404 page not found\n');
    },
    ...options,
  });
}
