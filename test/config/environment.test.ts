import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ConfigDocument } from '../../src/config/config-document.ts';
import { ConfigProviderError } from '../../src/config/config-error.ts';
import { applyEnvironment } from '../../src/config/environment.ts';

interface Case {
  readonly title: string;
  readonly files?: ConfigDocument;
  readonly env: Record<string, string | undefined>;
  readonly expected: ConfigDocument;
}

const inline = { namespaces: [{ id: 1, name: 'a' }, { name: 'b' }] };

const cases: readonly Case[] = [
  { title: 'a string', env: { DSN: 'memory' }, expected: { dsn: 'memory' } },
  { title: 'an integer', env: { SERVE_READ_PORT: '4470' }, expected: { serve: { read: { port: 4470 } } } },
  { title: 'an underscore in a key', env: { LIMIT_MAX_READ_DEPTH: '7' }, expected: { limit: { max_read_depth: 7 } } },
  {
    title: 'dots and lower case in the name',
    env: { 'limit.max_read.depth': '7' },
    expected: { limit: { max_read_depth: 7 } },
  },
  {
    title: 'an integer that is no number',
    env: { LIMIT_MAX_READ_DEPTH: 'x' },
    expected: { limit: { max_read_depth: 0 } },
  },
  { title: 'an empty integer', env: { SERVE_OPL_PORT: '' }, expected: { serve: { opl: { port: 0 } } } },
  {
    title: 'a number',
    env: { TRACING_PROVIDERS_OTLP_SAMPLING_SAMPLING_RATIO: '0.25' },
    expected: { tracing: { providers: { otlp: { sampling: { sampling_ratio: 0.25 } } } } },
  },
  ...['1', 't', 'T', 'true', 'TRUE', 'True'].map((text) => ({
    title: `the boolean ${text}`,
    env: { FEATURE_FLAGS_STRICT_MODE: text },
    expected: { feature_flags: { strict_mode: true } },
  })),
  ...['0', 'f', 'false', 'yes', 'on', ''].map((text) => ({
    title: `the boolean "${text}" as false`,
    env: { FEATURE_FLAGS_STRICT_MODE: text },
    expected: { feature_flags: { strict_mode: false } },
  })),
  {
    title: 'a list as one line with commas',
    env: { SERVE_READ_CORS_ALLOWED_ORIGINS: 'https://a,https://b' },
    expected: { serve: { read: { cors: { allowed_origins: ['https://a', 'https://b'] } } } },
  },
  {
    title: 'quoted items of a line with commas',
    env: { SECRETS_PAGINATION: '"one, with ""quotes""",two' },
    expected: { secrets: { pagination: ['one, with "quotes"', 'two'] } },
  },
  {
    title: 'a list as JSON',
    env: { SECRETS_PAGINATION: '["a secret of sixteen","b"]' },
    expected: { secrets: { pagination: ['a secret of sixteen', 'b'] } },
  },
  { title: 'an empty list as null', env: { SECRETS_PAGINATION: '' }, expected: { secrets: { pagination: null } } },
  {
    title: 'items of a list by index, with gaps as null',
    env: { SECRETS_PAGINATION_0: 'a', SECRETS_PAGINATION_2: 'c' },
    expected: { secrets: { pagination: ['a', null, 'c'] } },
  },
  {
    title: 'an object as JSON, merged into the files',
    files: { log: { level: 'warn', format: 'json' } },
    env: { LOG: '{"level":"debug"}' },
    expected: { log: { level: 'debug', format: 'json' } },
  },
  {
    title: 'a member over the object it is in, whatever their order',
    env: { LOG_FORMAT: 'gelf', LOG: '{"level":"debug","format":"json"}' },
    expected: { log: { level: 'debug', format: 'gelf' } },
  },
  { title: 'an object that is no JSON as its text', env: { LOG: 'nope' }, expected: { log: 'nope' } },
  {
    title: 'namespaces as a plain string',
    env: { NAMESPACES: '[{"name":"a"}]' },
    expected: { namespaces: '[{"name":"a"}]' },
  },
  {
    title: 'the location of a model',
    env: { NAMESPACES_LOCATION: 'file:///m.ts', NAMESPACES_EXPERIMENTAL_STRICT_MODE: 'true' },
    expected: { namespaces: { location: 'file:///m.ts', experimental_strict_mode: true } },
  },
  {
    title: 'the location of a model over a legacy URI',
    files: { namespaces: 'file:///ns' },
    env: { NAMESPACES_LOCATION: 'file:///m.ts' },
    expected: { namespaces: { location: 'file:///m.ts' } },
  },
  {
    title: 'a namespace by index',
    env: { NAMESPACES_0_NAME: 'videos' },
    expected: { namespaces: [{ name: 'videos' }] },
  },
  {
    title: 'a namespace by index over a list in a file',
    files: inline,
    env: { NAMESPACES_0_NAME: 'videos' },
    expected: { namespaces: [{ id: 1, name: 'videos' }, { name: 'b' }] },
  },
  {
    title: 'nothing from variables that are no keys',
    env: { PATH: '/bin', HOME: '/', DSN_: 'x', X: undefined },
    expected: {},
  },
];

describe('applyEnvironment', () => {
  for (const { title, files = {}, env, expected } of cases) {
    it(`takes ${title}`, () => {
      assert.deepEqual(applyEnvironment(files, env), expected);
    });
  }

  it('refuses a member of what is a list in the files', () => {
    assert.throws(
      () => applyEnvironment(inline, { NAMESPACES_LOCATION: 'file:///m.ts' }),
      new ConfigProviderError("cannot set array element for non-numeric key 'location'"),
    );
  });

  it('leaves the document of the files as it was', () => {
    const files = { namespaces: [{ name: 'a' }], limit: { max_read_depth: 3 } };
    applyEnvironment(files, { NAMESPACES_0_NAME: 'b', LIMIT_MAX_READ_DEPTH: '4' });
    assert.deepEqual(files, { namespaces: [{ name: 'a' }], limit: { max_read_depth: 3 } });
  });
});
