import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { ConfigError, ConfigProviderError } from '../../src/config/config-error.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { TemporaryFolder } from './temporary-folder.ts';

describe('loadConfig', () => {
  it('has a default for every key but dsn', () => {
    const config = loadConfig({ files: [], env: { DSN: 'memory' } });
    assert.deepEqual(
      [config.serve.read.port, config.serve.write.port, config.serve.metrics.port, config.serve.opl.port],
      [4466, 4467, 4468, 4469],
    );
    assert.deepEqual(config.limit, {
      max_read_depth: 25,
      max_read_width: 100,
      max_batch_check_size: 1000,
      batch_check_max_parallelization: 5,
      max_expand_size: 4000,
    });
    assert.deepEqual(config.serve.read.cors, {
      enabled: false,
      allowed_origins: ['*'],
      allowed_methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
      allowed_headers: ['Authorization', 'Content-Type'],
      exposed_headers: ['Content-Type'],
      allow_credentials: false,
      max_age: 0,
      debug: false,
    });
    assert.equal(config.serve.write.max_message_bytes, 4 * 1024 * 1024);
    assert.equal(config.serve.write.max_header_bytes, 64 * 1024);
    assert.equal(config.serve.write.shutdown_grace, 5000);
    assert.equal(config.serve.read.policy_writes, false);
    assert.equal(config.log.level, 'info');
    assert.equal(config.log.format, 'text');
    assert.deepEqual(config.secrets.pagination, []);
    assert.equal(config.namespaces, undefined);
  });

  for (const [name, content] of Object.entries({
    'keto.yaml': 'dsn: memory\nserve:\n  read:\n    port: 1234\nnamespaces: [{name: videos}]\n',
    'keto.yml':
      '\uFEFFdsn: memory # with a byte order mark\nserve: {read: {port: 1234}}\nnamespaces:\n- name: videos\n',
    'keto.json': '{"dsn":"memory","serve":{"read":{"port":1234}},"namespaces":[{"name":"videos"}]}',
    'keto.toml': 'dsn = "memory"\n[serve.read]\nport = 1234\n[[namespaces]]\nname = "videos"\n',
  })) {
    it(`reads ${name.split('.')[1]}`, () => {
      using folder = new TemporaryFolder({ [name]: content });
      const config = loadConfig({ files: [folder.file(name)], env: {} });
      assert.equal(config.serve.read.port, 1234);
      assert.deepEqual(config.namespaces, [{ name: 'videos' }]);
    });
  }

  it('takes the database from DATABASE_URL when nothing else names one', () => {
    const env = { DATABASE_URL: 'postgres://old' };
    const dsnOf = (more: Record<string, string>, content = '{}') => {
      using folder = new TemporaryFolder({ 'a.json': content });
      return loadConfig({ files: [folder.file('a.json')], env: { ...env, ...more } }).dsn;
    };
    assert.equal(dsnOf({}), 'postgres://old');
    assert.equal(dsnOf({ DSN: '' }), 'postgres://old');
    assert.equal(dsnOf({ DSN: 'memory' }), 'memory');
    assert.equal(dsnOf({}, '{"dsn":"sqlite://file"}'), 'sqlite://file');
  });

  it('lets later files win, merging objects and replacing lists', () => {
    using folder = new TemporaryFolder({
      'a.yml': 'dsn: memory\nlimit: {max_read_depth: 3, max_read_width: 4}\nnamespaces: [{name: a}, {name: b}]\n',
      'b.json': '{"limit":{"max_read_depth":7},"namespaces":[{"name":"c"}]}',
    });
    const config = loadConfig({ files: [folder.file('a.yml'), '', folder.file('b.json')], env: {} });
    assert.equal(config.limit.max_read_depth, 7);
    assert.equal(config.limit.max_read_width, 4);
    assert.deepEqual(config.namespaces, [{ name: 'c' }]);
  });

  it('lets the environment win over files', () => {
    using folder = new TemporaryFolder({ 'a.yml': 'dsn: memory\nlimit: {max_read_depth: 3}\n' });
    const config = loadConfig({ files: [folder.file('a.yml')], env: { LIMIT_MAX_READ_DEPTH: '9' } });
    assert.equal(config.limit.max_read_depth, 9);
  });

  for (const { title, name, content, message } of [
    {
      title: 'a missing file',
      name: 'none.yml',
      content: undefined,
      message: /^unable to initialize config provider: open .*none\.yml: no such file or directory$/,
    },
    {
      title: 'an unknown extension',
      name: 'keto.conf',
      content: 'dsn: memory',
      message: /^unable to initialize config provider: unknown config file extension: \.conf$/,
    },
    {
      title: 'malformed YAML',
      name: 'keto.yml',
      content: 'dsn: [memory\nserve: {',
      message: /^unable to initialize config provider: .*keto\.yml: .+ at line \d+/,
    },
    {
      title: 'malformed JSON',
      name: 'keto.json',
      content: '{"dsn":',
      message: /^unable to initialize config provider: .*keto\.json: Unexpected end of JSON input$/,
    },
    {
      title: 'malformed TOML',
      name: 'keto.toml',
      content: 'dsn = ',
      message: /^unable to initialize config provider: .*keto\.toml: Invalid TOML document/,
    },
    {
      title: 'a document that is a list',
      name: 'keto.yml',
      content: '- dsn\n',
      message: /^unable to initialize config provider: .*keto\.yml: the document must be an object$/,
    },
  ]) {
    it(`refuses ${title}`, () => {
      using folder = new TemporaryFolder(content === undefined ? {} : { [name]: content });
      assert.throws(
        () => loadConfig({ files: [folder.file(name)], env: {} }),
        (error) =>
          error instanceof ConfigProviderError && !(error instanceof ConfigError) && message.test(error.message),
      );
    });
  }

  it('treats an empty file as an empty document', () => {
    using folder = new TemporaryFolder({ 'a.yml': '\n', 'b.yml': '# nothing yet\n' });
    const config = loadConfig({ files: [folder.file('a.yml'), folder.file('b.yml')], env: { DSN: 'memory' } });
    assert.equal(config.dsn, 'memory');
  });

  it('takes a key named __proto__ for what it is: unknown', () => {
    using folder = new TemporaryFolder({ 'a.json': '{"dsn":"memory","limit":{"__proto__":{"max_read_depth":3}}}' });
    assert.throws(() => loadConfig({ files: [folder.file('a.json')], env: {} }), /additionalProperties "__proto__"/);
  });

  for (const { name, content } of [
    { name: 'keto.yml', content: 'dsn: "postgres://user:swordfish@host/db\n' },
    { name: 'keto.json', content: '{"dsn": swordfish}' },
    { name: 'keto.toml', content: 'dsn = "postgres://user:swordfish@host/db\n' },
  ]) {
    it(`shows no text of a malformed ${name}, because passwords are in it`, () => {
      using folder = new TemporaryFolder({ [name]: content });
      assert.throws(
        () => loadConfig({ files: [folder.file(name)], env: {} }),
        // As the logger writes it: with the stack and the causes.
        (error) => !/swordf/.test(inspect(error)),
      );
    });
  }

  it('parses durations into milliseconds', () => {
    for (const [text, durationMs] of Object.entries({
      '0': 0,
      '250ms': 250,
      '2s': 2000,
      '1m30s': 90_000,
      '1.5h': 5_400_000,
    })) {
      const config = loadConfig({ files: [], env: { DSN: 'memory', SERVE_OPL_SHUTDOWN_GRACE: text } });
      assert.equal(config.serve.opl.shutdown_grace, durationMs, text);
    }
  });

  it('accepts tracing settings and open objects', () => {
    using folder = new TemporaryFolder({
      'a.yml': [
        'dsn: memory',
        'version: v0.12.0-alpha.0+build.1',
        '$schema: ../x.json',
        'profiling: ""',
        'tracing: {provider: otel, providers: {otlp: {server_url: "localhost:4318", sampling: {sampling_ratio: 0.5}}}}',
        'clients: {http: {other: 1}, grpc: {}}',
        'secrets: {cookie: [x]}',
      ].join('\n'),
    });
    const config = loadConfig({ files: [folder.file('a.yml')], env: {} });
    assert.equal(config.tracing.providers.otlp.sampling.sampling_ratio, 0.5);
    assert.equal(config.clients.http.disallow_private_ip_ranges, false);
  });
});
