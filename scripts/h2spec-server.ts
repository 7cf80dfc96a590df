/** A listener for h2spec.sh: answers every request and prints its port. */
import { Listener } from '../src/server/listener.ts';

const listener = await Listener.listen({
  name: 'h2spec',
  host: '127.0.0.1',
  port: 0,
  services: [],
  fallback: (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain' });
    response.end('the quick brown fox jumps over the lazy dog\n');
  },
});
console.log(listener.port);
