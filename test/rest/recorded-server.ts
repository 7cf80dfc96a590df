import { after, before } from 'node:test';
import { RecordingService, startRecordedServer } from './recording-service.ts';
import type { RestServer } from './rest-server.ts';

/** All routes on one port while the tests of a file run, with the recorder behind them. */
export function recordedServer(): { service: RecordingService; server: Pick<RestServer, 'port' | 'send'> } {
  const service = new RecordingService();
  let running: RestServer;
  before(async () => {
    running = await startRecordedServer(service);
  });
  after(() => running[Symbol.asyncDispose]());
  const server: Pick<RestServer, 'port' | 'send'> = {
    get port() {
      return running.port;
    },
    send: (...request) => running.send(...request),
  };
  return { service, server };
}
