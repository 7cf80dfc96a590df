import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ConfigDocument } from '../../src/config/config-document.ts';
import { ConfigError } from '../../src/config/config-error.ts';
import { validateConfig } from '../../src/config/load-config.ts';

const HEADING = '\nThe configuration contains values or keys which are invalid:\n';

/** A document without its dsn, and the lines of the report after the heading. */
const reports: readonly (readonly [title: string, document: ConfigDocument, ...lines: string[]])[] = [
  ['an unknown key', { foo: 1 }, '(root)', '^-- additionalProperties "foo" not allowed'],
  [
    'a text for a port',
    { serve: { read: { port: 'x' } } },
    'serve.read.port: x',
    '                 ^-- expected integer, but got string',
  ],
  [
    'a fraction for a port',
    { serve: { read: { port: 1.5 } } },
    'serve.read.port: 1.5',
    '                 ^-- expected integer, but got number',
  ],
  [
    'a port that is too high',
    { serve: { opl: { port: 65536 } } },
    'serve.opl.port: 65536',
    '                ^-- must be <= 65535 but found 65536',
  ],
  [
    'a limit of nothing',
    { limit: { max_read_depth: 0 } },
    'limit.max_read_depth: 0',
    '                      ^-- must be >= 1 but found 0',
  ],
  [
    'a level that is none',
    { log: { level: 'loud' } },
    'log.level: loud',
    '           ^-- value must be one of "panic", "fatal", "error", "warn", "info", "debug", "trace"',
  ],
  [
    'a text for a boolean',
    { feature_flags: { strict_mode: 'on' } },
    'feature_flags.strict_mode: on',
    '                           ^-- expected boolean, but got string',
  ],
  ['a number for a text', { version: 1 }, 'version: 1', '         ^-- expected string, but got number'],
  ['nothing for an object', { limit: null }, 'limit: <nil>', '       ^-- expected object, but got null'],
  ['a list for an object', { clients: [] }, 'clients: []', '         ^-- expected object, but got array'],
  [
    'a text for a list',
    { secrets: { pagination: 'x' } },
    'secrets.pagination: [redacted]',
    '                    ^-- expected array, but got string',
  ],
  [
    'a short page secret',
    { secrets: { pagination: ['short'] } },
    'secrets.pagination.0: short',
    '                      ^-- length must be >= 16, but got 5',
  ],
  [
    'a listen file that is no URI',
    { serve: { read: { write_listen_file: 'x' } } },
    'serve.read.write_listen_file: x',
    '                              ^-- "x" is not valid "uri"',
  ],
  [
    'a number for a duration',
    { serve: { read: { shutdown_grace: 5 } } },
    'serve.read.shutdown_grace: 5',
    '                           ^-- must be a duration, such as "500ms", "5s" or "1m30s"',
  ],
  [
    'a duration with a unit that is none',
    { serve: { write: { shutdown_grace: '5sec' } } },
    'serve.write.shutdown_grace: 5sec',
    '                            ^-- must be a duration, such as "500ms", "5s" or "1m30s"',
  ],
  ['a text for an object', { log: 'nope' }, 'log: nope', '     ^-- expected object, but got string'],
  [
    'equal items',
    { serve: { read: { cors: { allowed_origins: ['a', 'b', 'a'] } } } },
    'serve.read.cors.allowed_origins: ["a","b","a"]',
    '                                 ^-- items at index 0 and 2 are equal',
  ],
  [
    'an unknown key further down',
    { limit: { foo: 1 } },
    'limit: {"foo":1}',
    '       ^-- additionalProperties "foo" not allowed',
  ],
  [
    'policy writes on another port',
    { serve: { write: { policy_writes: true } } },
    'serve.write: {"policy_writes":true}',
    '             ^-- additionalProperties "policy_writes" not allowed',
  ],
  [
    'a relative path for namespaces',
    { namespaces: './ns' },
    'namespaces: ./ns',
    '            ^-- "./ns" is not valid "uri"',
  ],
];

describe('the report of an invalid configuration', () => {
  for (const [title, document, ...lines] of reports) {
    it(`names ${title}`, () => {
      assert.equal(reportOf({ dsn: 'memory', ...document }), `${HEADING}${lines.join('\n')}\n\n`);
    });
  }

  it('names a missing dsn', () => {
    assert.equal(reportOf({}), `${HEADING}dsn: <nil>\n     ^-- one or more required properties are missing\n\n`);
  });

  it('names every problem, each under its heading', () => {
    assert.equal(
      reportOf({ dsn: 1, profiling: 'x' }),
      `${HEADING}dsn: 1\n     ^-- expected string, but got number\n` +
        `${HEADING}profiling: x\n           ^-- value must be one of "cpu", "mem", ""\n\n`,
    );
  });

  it('goes into the form that a value seems to be meant as', () => {
    assert.equal(
      reportOf({ dsn: 'memory', namespaces: [{ id: 1 }] }),
      `${HEADING}namespaces: [{"id":1}]\n            ^-- oneOf failed\n` +
        `${HEADING}namespaces.0.name: <nil>\n                   ^-- one or more required properties are missing\n\n`,
    );
  });

  it('sums the problems up in its message', () => {
    assert.throws(() => validateConfig({ dsn: 'memory', foo: 1, limit: { max_read_width: 'x' } }), {
      name: 'ConfigError',
      message:
        'unable to initialize config provider: limit.max_read_width: expected integer, but got string; ' +
        '(root): additionalProperties "foo" not allowed',
    });
  });

  it('shows no credentials', () => {
    const report = reportOf({
      dsn: 'memory',
      serve: { read: { tls: { key: { base64: 'c2VjcmV0', foo: 1 } } } },
      tracing: { providers: { otlp: { authorization_header: 'Bearer secret', foo: 1 } } },
      secrets: { pagination: { a: 'secret' } },
    });
    assert.match(report, /serve\.read\.tls\.key: .*\n/);
    assert.match(report, /tracing\.providers\.otlp: .*\n/);
    assert.match(report, /secrets\.pagination: .*\n/);
    assert.doesNotMatch(report, /secret"|Bearer|c2VjcmV0/);
  });
});

function reportOf(document: ConfigDocument): string {
  try {
    validateConfig(document);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.report;
  }
  return 'valid';
}
