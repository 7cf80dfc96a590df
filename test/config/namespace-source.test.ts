import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Config } from '../../src/config/config.ts';
import { validateConfig } from '../../src/config/load-config.ts';
import { type NamespaceSource, namespaceSource } from '../../src/config/namespace-source.ts';
import { strictMode } from '../../src/config/strict-mode.ts';

describe('namespaceSource', () => {
  const cases: readonly (readonly [namespaces: unknown, expected: NamespaceSource])[] = [
    [undefined, { kind: 'stored' }],
    [[], { kind: 'inline', namespaces: [] }],
    [[{ name: 'a' }], { kind: 'inline', namespaces: [{ name: 'a' }] }],
    ['file:///ns', { kind: 'legacy', uri: 'file:///ns' }],
    [{ location: 'file://./m.ts' }, { kind: 'opl', location: 'file://./m.ts' }],
  ];
  for (const [namespaces, expected] of cases) {
    it(`reads ${JSON.stringify(namespaces)}`, () => {
      assert.deepEqual(namespaceSource(configWith({ namespaces })), expected);
    });
  }
});

describe('strictMode', () => {
  const location = 'file:///m.ts';
  const cases: readonly (readonly [document: Record<string, unknown>, expected: boolean])[] = [
    [{}, false],
    [{ namespaces: [{ name: 'a' }] }, false],
    [{ namespaces: 'file:///ns' }, false],
    [{ namespaces: { location } }, false],
    [{ feature_flags: { strict_mode: true } }, true],
    [{ namespaces: { location, experimental_strict_mode: true } }, true],
    [{ namespaces: { location, experimental_strict_mode: false }, feature_flags: { strict_mode: true } }, true],
  ];
  for (const [document, expected] of cases) {
    it(`is ${expected ? 'on' : 'off'} with ${JSON.stringify(document)}`, () => {
      assert.equal(strictMode(configWith(document)), expected);
    });
  }
});

function configWith(document: Record<string, unknown>): Config {
  return validateConfig({ dsn: 'memory', ...document });
}
