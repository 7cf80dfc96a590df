import assert from 'node:assert/strict';
import { totalmem } from 'node:os';
import { describe, it } from 'node:test';
import { ConfigError } from '../../src/config/config-error.ts';
import { loadConfig, validateConfig } from '../../src/config/load-config.ts';

describe('the memory of the graph', () => {
  for (const { value, bytes } of [
    { value: 0, bytes: 0 },
    { value: 1_000_000, bytes: 1_000_000 },
    { value: '0', bytes: 0 },
    { value: '2048', bytes: 2048 },
    { value: '1kB', bytes: 1000 },
    { value: '64MiB', bytes: 64 * 2 ** 20 },
    { value: '1.5 MiB', bytes: 1.5 * 2 ** 20 },
  ]) {
    it(`of ${JSON.stringify(value)} is ${bytes} bytes`, () => {
      assert.equal(validateConfig({ dsn: 'memory', graph: { max_memory: value } }).graph.max_memory, bytes);
    });
  }

  it('can be a variable of the environment', () => {
    assert.equal(loadConfig({ files: [], env: { DSN: 'memory', GRAPH_MAX_MEMORY: '1MiB' } }).graph.max_memory, 2 ** 20);
  });

  it('is a matter of the machine when nothing is said', () => {
    assert.deepEqual(validateConfig({ dsn: 'memory' }).graph, {
      enabled: true,
      lease: true,
      self_check_rate: 0.001,
    });
  });

  for (const { value, reason } of [
    { value: -1, reason: /graph\.max_memory: -1\n\s+\^-- must be >= 0 but found -1/ },
    { value: '-1MiB', reason: /graph\.max_memory: -1MiB\n\s+\^-- does not match pattern/ },
    { value: '12 apples', reason: /graph\.max_memory: 12 apples\n\s+\^-- does not match pattern/ },
    { value: totalmem() + 1, reason: /must be <= \d+, the memory that there is, but found \d+/ },
    { value: '9999TiB', reason: /must be <= \d+, the memory that there is, but found \d+/ },
  ]) {
    it(`cannot be ${JSON.stringify(value)}`, () => {
      assert.throws(
        () => validateConfig({ dsn: 'memory', graph: { max_memory: value } }),
        (error) => error instanceof ConfigError && reason.test(error.report),
      );
    });
  }
});
