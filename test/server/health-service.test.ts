import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { Health, HealthCheckResponse_ServingStatus as ServingStatus } from '#gen/grpc/health/v1/health_pb.js';
import { healthService } from '../../src/server/health-service.ts';
import type { Listener } from '../../src/server/listener.ts';
import type { Readiness } from '../../src/service/readiness.ts';
import { checkService } from './support/check-service.ts';
import { openListener } from './support/open-listener.ts';

const CHECK_SERVICE = 'ory.keto.relation_tuples.v1alpha2.CheckService';

class Switch implements Readiness {
  readonly #changes = new EventEmitter();
  #problems: readonly string[] = [];

  async problems(): Promise<readonly string[]> {
    return this.#problems;
  }

  onChange(listener: () => void): () => void {
    this.#changes.on('change', listener);
    return () => this.#changes.off('change', listener);
  }

  set(problems: readonly string[]): void {
    this.#problems = problems;
    this.#changes.emit('change');
  }

  get watchers(): number {
    return this.#changes.listenerCount('change');
  }
}

describe('health', () => {
  const readiness = new Switch();
  let listener: Listener;
  before(async () => {
    const services = [checkService];
    listener = await openListener({ services: [...services, healthService({ services, readiness })] });
  });
  after(() => listener.close({ graceMs: 0 }));
  const client = () =>
    createClient(Health, createGrpcTransport({ baseUrl: `http://${listener.address}`, idleConnectionTimeoutMs: 1 }));

  async function watch(service: string, signal: AbortSignal, see: (status: ServingStatus) => void): Promise<void> {
    for await (const { status } of client().watch({ service }, { signal })) see(status);
  }

  for (const service of ['', CHECK_SERVICE]) {
    it(`of ${service || 'the server'} follows readiness`, async () => {
      assert.equal((await client().check({ service })).status, ServingStatus.SERVING);
      readiness.set(['the database is away']);
      assert.equal((await client().check({ service })).status, ServingStatus.NOT_SERVING);
      readiness.set([]);
    });
  }

  for (const service of ['nope', 'grpc.health.v1.Health', 'grpc.reflection.v1.ServerReflection']) {
    it(`of ${service} is unknown`, async () => {
      const error = await client()
        .check({ service })
        .then(() => assert.fail('it is known'), ConnectError.from);
      assert.deepEqual([error.code, error.rawMessage], [Code.NotFound, `unknown service ${service}`]);
    });
  }

  it('is listed by service', async () => {
    const { statuses } = await client().list({});
    const states = Object.entries(statuses).map(([name, { status }]) => [name, status]);
    assert.deepEqual(states, [
      ['', ServingStatus.SERVING],
      [CHECK_SERVICE, ServingStatus.SERVING],
    ]);
  });

  it('can be watched', async () => {
    const seen: ServingStatus[] = [];
    const client = new AbortController();
    const watching = watch(CHECK_SERVICE, client.signal, (status) => {
      seen.push(status);
      if (seen.length === 3) client.abort();
      else readiness.set(seen.length === 1 ? ['away'] : []);
    });
    await assert.rejects(watching, { code: Code.Canceled });
    assert.deepEqual(seen, [ServingStatus.SERVING, ServingStatus.NOT_SERVING, ServingStatus.SERVING]);
    while (readiness.watchers > 0) await sleep(5);
  });

  it('of an unknown service can be watched', async () => {
    const client = new AbortController();
    const watching = watch('nope', client.signal, (status) => {
      assert.equal(status, ServingStatus.SERVICE_UNKNOWN);
      client.abort();
    });
    await assert.rejects(watching, { code: Code.Canceled });
  });

  it('ends its watches when the server stops', async () => {
    await using stopping = await openListener({ services: [healthService({ services: [], readiness })] });
    const { address } = stopping;
    const transport = createGrpcTransport({ baseUrl: `http://${address}` });
    const watch = createClient(Health, transport).watch({})[Symbol.asyncIterator]();
    await watch.next();
    const closed = stopping.close({ graceMs: 60_000 });
    const error = await watch.next().then(() => assert.fail('it goes on'), ConnectError.from);
    assert.deepEqual([error.code, error.rawMessage], [Code.Unavailable, 'the server is shutting down']);
    await closed;
  });
});
