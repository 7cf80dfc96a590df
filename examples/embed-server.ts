/** Runs the server inside of this process, for tests of an application for instance, and talks to it. */
import { createLogger, Stheno, validateConfig } from 'stheno';
import { SthenoClient } from 'stheno/client';

const anyPort = { host: '127.0.0.1', port: 0 };

const server = await Stheno.start({
  config: validateConfig({
    dsn: 'memory',
    namespaces: [{ id: 0, name: 'resources' }],
    serve: { read: anyPort, write: anyPort, opl: anyPort, metrics: anyPort },
  }),
  logger: createLogger({ level: 'error', format: 'json' }),
  autoMigrate: true,
});

const client = new SthenoClient({ baseUrl: `http://${server.addresses().get('write')}` });
await client.write([{ insert: 'resources:plan#owner@ann' }]);
console.log(await client.check('resources:plan#owner@ann'));

client.close();
await server.stop();
