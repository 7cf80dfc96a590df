import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { createLogger, type Logger, type LogSettings } from '../../src/observability/logger.ts';

describe('createLogger', () => {
  it('writes a line for people', () => {
    const [line = ''] = linesOf({ format: 'text' }, (logger) =>
      logger.info({ path: '/check', text: 'two words', empty: '', list: [1], nested: { count: 2 } }, 'hello there'),
    );
    assert.match(line, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info {2}hello there /);
    assert.equal(line.slice(43), 'path=/check text="two words" empty="" list=[1] nested.count=2');
  });

  it('keeps an entry on one line, whatever its values', () => {
    const lines = linesOf({ format: 'text' }, (logger) => {
      logger.warn({ text: 'a\nb "c" \u0007' }, 'first');
      logger.error({ err: new Error('boom', { cause: new Error('inner') }) }, 'second');
    });
    assert.equal(lines.length, 2);
    assert.match(lines[0] ?? '', /text="a\\nb \\"c\\" \\u0007"$/);
    assert.match(lines[1] ?? '', /error second err\.type=Error err\.message="boom: inner" err\.stack="Error: boom/);
  });

  it('writes JSON', () => {
    const [line = ''] = linesOf({ format: 'json' }, (logger) => logger.warn({ count: 1 }, 'hello'));
    const { time, ...rest } = JSON.parse(line);
    assert.deepEqual(rest, { level: 'warn', msg: 'hello', count: 1 });
    assert.ok(Math.abs(Date.parse(time) - Date.now()) < 60_000);
  });

  it('writes JSON over several lines', () => {
    const lines = linesOf({ format: 'json_pretty' }, (logger) => logger.warn({ nested: { count: 1 } }, 'hello'));
    assert.ok(lines.length > 4);
    assert.deepEqual(JSON.parse(lines.join('\n')).nested, { count: 1 });
  });

  it('writes GELF 1.1', () => {
    const [line = ''] = linesOf({ format: 'gelf' }, (logger) =>
      logger.error({ nested: { 'a b': true }, n: 1 }, 'hello'),
    );
    const { host, timestamp, ...rest } = JSON.parse(line);
    assert.deepEqual(rest, { version: '1.1', short_message: 'hello', level: 3, '_nested.a_b': 'true', _n: 1 });
    assert.equal(typeof host, 'string');
    assert.ok(Math.abs(timestamp - Date.now() / 1000) < 60);
  });

  const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
  for (const [index, level] of [...levels, 'panic' as const].entries()) {
    it(`writes ${levels.length - index} of ${levels.length} levels at ${level}`, () => {
      const lines = linesOf({ level }, (logger) => {
        for (const each of levels) logger[each]('hello');
      });
      assert.equal(lines.length, levels.length - index);
    });
  }

  it('writes to standard error at once, so that a crash loses nothing', () => {
    const program = `
      import { createLogger } from './src/observability/logger.ts';
      createLogger({ level: 'info', format: 'text' }).info('last words');
      process.kill(process.pid, 'SIGKILL');`;
    const { stdout, stderr, signal } = spawnSync(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '--eval', program],
      { encoding: 'utf8' },
    );
    assert.equal(signal, 'SIGKILL');
    assert.equal(stdout, '');
    assert.match(stderr, /info {2}last words\n$/);
  });
});

/** The lines that a logger writes while `use` runs. */
function linesOf(settings: Partial<LogSettings>, use: (logger: Logger) => void): string[] {
  let output = '';
  use(createLogger({ level: 'info', format: 'json', ...settings }, { write: (text) => (output += text) }));
  return output.split('\n').slice(0, -1);
}
