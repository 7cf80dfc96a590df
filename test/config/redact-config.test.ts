import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadConfig } from '../../src/config/load-config.ts';
import { redactConfig } from '../../src/config/redact-config.ts';

describe('redactConfig', () => {
  for (const [dsn, expected] of Object.entries({
    memory: 'memory',
    'sqlite:///var/lib/db.sqlite?_fk=true': 'sqlite:///var/lib/db.sqlite?_fk=true',
    'postgres://keto:hunter2@db:5432/keto?sslmode=disable': 'postgres://keto:[redacted]@db:5432/keto?sslmode=disable',
    'postgres://keto:p@ss:w@rd@db/keto': 'postgres://keto:[redacted]@db/keto',
    'postgres://keto@db/keto?password=hunter2&max_conns=4': 'postgres://keto@db/keto?password=[redacted]&max_conns=4',
    'mysql://keto:hunter2@tcp(db:3306)/keto': 'mysql://keto:[redacted]@tcp(db:3306)/keto',
  })) {
    it(`keeps of the dsn ${expected}`, () => {
      assert.equal(redactConfig(loadConfig({ files: [], env: { DSN: dsn } })).dsn, expected);
    });
  }

  it('masks secrets and credentials and leaves the rest', () => {
    const config = loadConfig({
      files: [],
      env: {
        DSN: 'memory',
        SECRETS_PAGINATION: 'a secret of sixteen,another of sixteen',
        TRACING_PROVIDERS_OTLP_AUTHORIZATION_HEADER: 'Bearer hunter2',
        SERVE_READ_TLS_KEY_BASE64: 'aHVudGVyMg==',
        SERVE_READ_TLS_KEY_PATH: '/tls.key',
      },
    });
    const redacted = redactConfig(config);
    const text = JSON.stringify(redacted);
    assert.doesNotMatch(text, /sixteen|hunter2|aHVudGVyMg/);
    assert.deepEqual(redacted.secrets, { pagination: ['[redacted]', '[redacted]'] });
    assert.deepEqual(redacted.limit, config.limit);
    assert.match(text, /\/tls\.key/);
  });
});
