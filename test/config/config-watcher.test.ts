import assert from 'node:assert/strict';
import { renameSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../../src/config/config.ts';
import { ConfigWatcher, ImmutableConfigError } from '../../src/config/config-watcher.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { TemporaryFolder } from './temporary-folder.ts';

const WAIT_MS = 60_000;

describe('ConfigWatcher', { concurrency: true }, () => {
  it('hands on a changed file', async () => {
    using folder = new TemporaryFolder({ 'keto.yml': yaml(3) });
    await using watched = new WatchedConfig([folder.file('keto.yml')]);
    writeFileSync(folder.file('keto.yml'), yaml(4));
    assert.equal((await watched.next()).limit.max_read_depth, 4);
    writeFileSync(folder.file('keto.yml'), yaml(5));
    assert.equal((await watched.next()).limit.max_read_depth, 5);
    assert.equal(watched.detected, 2);
  });

  it('finds what changed between the start and its own', async () => {
    using folder = new TemporaryFolder({ 'keto.yml': yaml(3) });
    const files = [folder.file('keto.yml')];
    const config = loadConfig({ files, env: {} });
    writeFileSync(folder.file('keto.yml'), yaml(4));
    await using watched = new WatchedConfig(files, {}, config);
    assert.equal((await watched.next()).limit.max_read_depth, 4);
  });

  it('sees a file that takes the place of another', async () => {
    using folder = new TemporaryFolder({ 'keto.yml': yaml(3), 'next.yml': yaml(4) });
    await using watched = new WatchedConfig([folder.file('keto.yml')]);
    renameSync(folder.file('next.yml'), folder.file('keto.yml'));
    assert.equal((await watched.next()).limit.max_read_depth, 4);
  });

  it('sees a symbolic link that leads elsewhere', async () => {
    using folder = new TemporaryFolder({ 'v1.yml': yaml(3), 'v2.yml': yaml(4) });
    const link = folder.file('keto.yml');
    symlinkSync(folder.file('v1.yml'), link);
    await using watched = new WatchedConfig([link]);
    symlinkSync(folder.file('v2.yml'), folder.file('next'));
    renameSync(folder.file('next'), link);
    assert.equal((await watched.next()).limit.max_read_depth, 4);
  });

  it('watches every file, and lets the environment win still', async () => {
    using folder = new TemporaryFolder({ 'a.yml': yaml(3), 'b.yml': 'limit: {max_read_width: 3}\n' });
    await using watched = new WatchedConfig([folder.file('a.yml'), folder.file('b.yml')], {
      LIMIT_MAX_READ_DEPTH: '9',
    });
    writeFileSync(folder.file('b.yml'), 'limit: {max_read_width: 4, max_read_depth: 5}\n');
    const { limit } = await watched.next();
    assert.deepEqual([limit.max_read_width, limit.max_read_depth], [4, 9]);
  });

  it('keeps what was in force when the new content is not valid, and goes on', async () => {
    using folder = new TemporaryFolder({ 'keto.yml': yaml(3) });
    await using watched = new WatchedConfig([folder.file('keto.yml')]);
    writeFileSync(folder.file('keto.yml'), 'dsn: memory\nlimit: {max_read');
    await assert.rejects(watched.next(), /unable to initialize config provider: .*keto\.yml/);
    writeFileSync(folder.file('keto.yml'), 'dsn: memory\nfoo: 1\n');
    await assert.rejects(watched.next(), /additionalProperties "foo" not allowed/);
    unlinkSync(folder.file('keto.yml'));
    await assert.rejects(watched.next(), /no such file or directory/);
    writeFileSync(folder.file('keto.yml'), yaml(4));
    assert.equal((await watched.next()).limit.max_read_depth, 4);
  });

  it('refuses a whole document that changes the dsn', async () => {
    using folder = new TemporaryFolder({ 'keto.yml': yaml(3) });
    await using watched = new WatchedConfig([folder.file('keto.yml')]);
    writeFileSync(folder.file('keto.yml'), 'dsn: sqlite://x.sqlite\nlimit: {max_read_depth: 4}\n');
    await assert.rejects(watched.next(), (error) => {
      assert.ok(error instanceof ImmutableConfigError);
      return error.message.startsWith('A configuration value marked as immutable has changed. Rolling back');
    });
  });

  it('leaves serve, log and tracing as they were at start', async () => {
    using folder = new TemporaryFolder({ 'keto.yml': yaml(3) });
    await using watched = new WatchedConfig([folder.file('keto.yml')]);
    writeFileSync(
      folder.file('keto.yml'),
      `${yaml(4)}serve: {read: {port: 1}}\nlog: {level: trace}\ntracing: {provider: otel}\n`,
    );
    const config = await watched.next();
    assert.equal(config.limit.max_read_depth, 4);
    assert.equal(config.serve.read.port, 4466);
    assert.equal(config.log.level, 'info');
    assert.equal(config.tracing.provider, undefined);
  });

  it('says nothing after it was disposed', async () => {
    using folder = new TemporaryFolder({ 'keto.yml': yaml(3) });
    const watched = new WatchedConfig([folder.file('keto.yml')]);
    await watched[Symbol.asyncDispose]();
    writeFileSync(folder.file('keto.yml'), yaml(4));
    await delay(800);
    assert.equal(watched.detected, 0);
  });
});

function yaml(maxReadDepth: number): string {
  return `dsn: memory\nlimit: {max_read_depth: ${maxReadDepth}}\n`;
}

/** A watcher whose outcomes can be waited for, one after the other. */
class WatchedConfig implements AsyncDisposable {
  detected = 0;
  readonly #outcomes: (Config | Error)[] = [];
  readonly #watcher: ConfigWatcher;

  constructor(files: readonly string[], env: Record<string, string> = {}, config: Config = loadConfig({ files, env })) {
    this.#watcher = new ConfigWatcher({
      files,
      env,
      config,
      onDetect: () => this.detected++,
      onChange: (config) => this.#outcomes.push(config),
      onError: (error) => this.#outcomes.push(error),
    });
  }

  async next(): Promise<Config> {
    for (let waitedMs = 0; waitedMs < WAIT_MS; waitedMs += 20) {
      const outcome = this.#outcomes.shift();
      if (outcome instanceof Error) throw outcome;
      if (outcome !== undefined) return outcome;
      await delay(20);
    }
    throw new Error('the watcher noticed nothing');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#watcher[Symbol.asyncDispose]();
  }
}
