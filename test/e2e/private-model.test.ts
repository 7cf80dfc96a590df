import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { ModelLoadError } from '../../src/opl/model-load-error.ts';
import { startServer } from '../support/server-in-process.ts';

describe('a model on a private address', () => {
  for (const disallow of [false, true]) {
    it(disallow ? 'is not fetched when the configuration forbids it' : 'is fetched by default', async () => {
      let requests = 0;
      const source = createServer((_request, response) => {
        requests++;
        response.end('class groups implements Namespace {}');
      }).listen(0, '127.0.0.1');
      await once(source, 'listening');
      const location = `http://127.0.0.1:${(source.address() as AddressInfo).port}/model.ts`;
      const config = { namespaces: { location }, clients: { http: { disallow_private_ip_ranges: disallow } } };
      try {
        if (disallow) await assert.rejects(startServer(config), ModelLoadError);
        else await (await startServer(config))[Symbol.asyncDispose]();
        assert.equal(requests, disallow ? 0 : 1);
      } finally {
        source.closeAllConnections();
        source.close();
      }
    });
  }
});
