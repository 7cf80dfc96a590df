import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { parse } from 'yaml';
import { fetchTransport, SthenoClient } from '../../src/client/index.ts';
import { ReplayServer } from '../support/replay/replay-server.ts';
import { bundleForBrowser } from './support/bundle.ts';

const MAX_GZIP_BYTES = 45_000;
const MAX_TEXT_BYTES = 1_000;

/** What runs in a browser: the client's own files, and packages that know nothing of Node.js. */
const BROWSER =
  /^(src\/(client|tuple)\/|src\/errors\.ts|src\/service\/messages\.ts|gen\/|node_modules\/@(bufbuild\/protobuf|connectrpc\/connect(-web)?)\/)/;

describe('the client in a browser bundle', () => {
  it('needs nothing of Node.js and stays small', async () => {
    const { code, inputs } = await bundleForBrowser(`export { SthenoClient } from './src/client/index.ts';`);
    assert.deepEqual(
      inputs.filter((file) => !BROWSER.test(file)),
      [],
    );
    assert.doesNotMatch(code, /["']node:/);
    const gzipBytes = gzipSync(code).byteLength;
    assert.ok(gzipBytes < MAX_GZIP_BYTES, `${gzipBytes} bytes`);
  });

  it('leaves out what is not used', async () => {
    const { code, inputs } = await bundleForBrowser(`export { formatTuple } from './src/client/index.ts';`);
    assert.deepEqual(inputs.toSorted(), ['src/client/index.ts', 'src/tuple/tuple-text.ts']);
    assert.ok(code.length < MAX_TEXT_BYTES, `${code.length} bytes`);
  });

  it('refuses the transport of Node.js', async () => {
    await assert.rejects(bundleForBrowser(`export { nodeTransport } from './src/client/node-transport.ts';`));
  });

  it('is let through by the settings of the guide', async () => {
    const [, settings = ''] = /```yaml\n([^`]+)```/.exec(readFileSync('docs/sdk.md', 'utf8')) ?? [];
    await using server = await ReplayServer.start({ namespaces: [], config: parse(settings) });
    const sent: string[] = [];
    const client = new SthenoClient({
      baseUrl: `http://127.0.0.1:${server.port('read')}`,
      bearerToken: 'secret',
      transport: fetchTransport({
        fetch: (url, init) => {
          sent.push(...new Headers(init?.headers).keys());
          return fetch(url, init);
        },
      }),
    });
    await client.version();
    const preflight = await fetch(`http://127.0.0.1:${server.port('read')}/`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://app.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': sent.sort().join(','),
      },
    });
    assert.ok(sent.includes('connect-timeout-ms'));
    assert.equal(preflight.headers.get('access-control-allow-headers'), sent.join(','));
    const answer = await fetch(`http://127.0.0.1:${server.port('read')}/namespaces`, {
      method: 'POST',
      headers: { origin: 'https://app.example' },
    });
    assert.match(answer.headers.get('access-control-expose-headers') ?? '', /Stheno-Snaptoken, Stheno-Limitation/);
  });

  it('works with nothing but what browsers have', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'stheno-bundle-'));
    try {
      const file = join(dir, 'client.mjs');
      writeFileSync(file, (await bundleForBrowser(`export { SthenoClient } from './src/client/index.ts';`)).code);
      const bundled = (await import(pathToFileURL(file).href)) as typeof import('../../src/client/index.ts');
      await using server = await ReplayServer.start({ namespaces: [{ id: 0, name: 'files' }] });
      const client = new bundled.SthenoClient({ baseUrl: `http://127.0.0.1:${server.port('write')}` });
      await client.write([{ insert: 'files:a#owner@ann' }]);
      assert.equal(await client.check('files:a#owner@ann'), true);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});
