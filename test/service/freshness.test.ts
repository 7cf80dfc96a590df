import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { InvalidArgumentError } from '../../src/errors.ts';
import { ServerCall } from '../../src/server/server-call.ts';
import { freshnessOf } from '../../src/service/freshness.ts';
import { Snaptokens } from '../../src/service/snaptokens.ts';

const snaptokens = new Snaptokens({ networkId: Buffer.alloc(16, 7) });
const token = snaptokens.format(12);

describe('the freshness that a request asks for', () => {
  for (const { name, snaptoken = '', latest, header, minRevision, mayBeStale } of [
    { name: 'nothing', minRevision: undefined, mayBeStale: false },
    { name: 'latest', latest: true, minRevision: undefined, mayBeStale: false },
    { name: 'a token', snaptoken: token, minRevision: 12, mayBeStale: true },
    { name: 'a token and latest', snaptoken: token, latest: true, minRevision: 12, mayBeStale: false },
    { name: 'the text that Keto sends for a token', snaptoken: 'not yet implemented', mayBeStale: false },
    { name: 'minimize-latency', header: 'minimize-latency', minRevision: undefined, mayBeStale: true },
    {
      name: 'minimize-latency and a token',
      header: 'minimize-latency',
      snaptoken: token,
      minRevision: 12,
      mayBeStale: true,
    },
    { name: 'minimize-latency and latest', header: 'minimize-latency', latest: true, mayBeStale: false },
    { name: 'latest in metadata', header: 'latest', minRevision: undefined, mayBeStale: false },
    { name: 'latest in metadata and a token', header: 'latest', snaptoken: token, minRevision: 12, mayBeStale: false },
    { name: 'an empty choice', header: '', minRevision: undefined, mayBeStale: false },
  ]) {
    it(name, () => {
      const call = new ServerCall(header === undefined ? {} : { 'stheno-consistency': header });
      const request = latest === undefined ? { snaptoken } : { snaptoken, latest };
      assert.deepEqual(freshnessOf(request, call, snaptokens), { minRevision, mayBeStale });
    });
  }

  for (const header of ['fast', 'MINIMIZE-LATENCY', 'minimize_latency', 'latest, latest', '"']) {
    it(`refuses the choice ${header}`, () => {
      const call = new ServerCall({ 'stheno-consistency': header });
      assert.throws(
        () => freshnessOf({ snaptoken: '' }, call, snaptokens),
        new InvalidArgumentError({
          message: `stheno-consistency must be latest or minimize-latency, not ${JSON.stringify(header)}`,
        }),
      );
    });
  }
});
