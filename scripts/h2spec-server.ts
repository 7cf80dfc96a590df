/** A listener for h2spec.sh: reads every request to its end, answers it, and prints its port. */
import { Listener } from '../src/server/listener.ts';

const listener = await Listener.listen({
  name: 'h2spec',
  host: '127.0.0.1',
  port: 0,
  services: [],
  // An answer to half a request would end its stream before the frames under test arrive.
  fallback: (request, response) => {
    request.resume();
    request.once('end', () => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      response.end('the quick brown fox jumps over the lazy dog\n');
    });
  },
});
console.log(listener.port);
