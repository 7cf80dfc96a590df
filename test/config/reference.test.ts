import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { renderReference, renderSchema } from '../../scripts/generate-config-reference.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { namespaceSource } from '../../src/config/namespace-source.ts';

describe('what is generated from the schema', () => {
  const renew = 'run: npx tsx scripts/generate-config-reference.ts';

  it('is in docs/configuration.md', () => {
    const page = readFileSync('docs/configuration.md', 'utf8');
    assert.ok(page === renderReference(page), renew);
  });

  it('is in docs/config.schema.json', () => {
    assert.ok(readFileSync('docs/config.schema.json', 'utf8') === renderSchema(), renew);
  });
});

describe('the examples', () => {
  it('load: stheno.yml', () => {
    const config = loadConfig({ files: ['stheno.yml'], env: {} });
    assert.equal(config.dsn, 'sqlite://./stheno.sqlite');
    assert.deepEqual(namespaceSource(config), {
      kind: 'inline',
      namespaces: [{ name: 'resources' }, { name: 'groups' }],
    });
  });
});
