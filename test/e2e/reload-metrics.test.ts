import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startServer } from '../support/server-in-process.ts';

describe('the metrics of reloads', () => {
  it('say whether the newest configuration is in force', async () => {
    await using running = await startServer({});
    const { server } = running;
    assert.match(await running.metrics(), /^stheno_config_last_reload_successful 1$/m);
    server.keepConfig(new Error('limit.max_read_depth is no number'));
    assert.match(await running.metrics(), /^stheno_config_last_reload_successful 0$/m);
    assert.ok(running.logged.some(({ level, msg }) => level === 'error' && String(msg).includes('max_read_depth')));
    await server.reconfigure(server.config);
    assert.match(await running.metrics(), /^stheno_config_last_reload_successful 1$/m);
  });

  it('leave out certificates where there are none', async () => {
    await using running = await startServer({});
    assert.doesNotMatch(await running.metrics(), /stheno_tls/);
  });
});
