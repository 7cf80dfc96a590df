import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { ListenerConfig } from '../../src/config/config.ts';
import { ConfigError } from '../../src/config/config-error.ts';
import { readTlsFiles } from '../../src/config/tls-files.ts';
import { TemporaryFolder } from './temporary-folder.ts';

describe('the report of certificates that cannot be used', () => {
  const folder = new TemporaryFolder();
  after(() => folder[Symbol.dispose]());
  const missing = folder.file('missing.pem');
  const empty = folder.write('empty.pem', '');
  const certificate = folder.write('certificate.pem', '-----BEGIN CERTIFICATE-----\nMTIz\n-----END CERTIFICATE-----\n');
  const cases: readonly (readonly [title: string, tls: ListenerConfig['tls'], place: string, reason: string])[] = [
    [
      'names the key and the file that is missing',
      { cert: { path: missing }, key: { path: missing } },
      `serve.read.tls.cert.path: ${missing}`,
      'no such file or directory',
    ],
    [
      'names the half that is missing',
      { cert: { path: certificate } },
      'serve.read.tls.key: <nil>',
      'has neither path nor base64: TLS takes both a certificate and a key',
    ],
    [
      'names a file that holds something else',
      { cert: { path: empty }, key: { path: missing } },
      `serve.read.tls.cert.path: ${empty}`,
      'is not in PEM form',
    ],
    [
      'shows nothing of a key that is not in a file',
      { cert: { path: certificate }, key: { base64: 'c2VjcmV0' } },
      'serve.read.tls.key.base64: [redacted]',
      'is not in PEM form',
    ],
    [
      'names the two that cannot be used together',
      { cert: { path: certificate }, key: { path: certificate } },
      `serve.read.tls: ${certificate}, ${certificate}`,
      'certificate and key cannot be used: ', // and OpenSSL's reason
    ],
  ];
  for (const [title, tls, place, reason] of cases) {
    it(title, () => {
      const [, , first = '', second = ''] = reportOf(tls).split('\n');
      assert.equal(first, place);
      assert.ok(second.trim().startsWith(`^-- ${reason}`), second);
    });
  }
});

function reportOf(tls: ListenerConfig['tls']): string {
  try {
    readTlsFiles('read', tls);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.report;
  }
  throw new Error('the certificate was taken');
}
