import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { RepeatedErrors } from '../../src/observability/repeated-errors.ts';
import { eventually } from '../opl/support/eventually.ts';

const INTERVAL_MS = 20;

function open() {
  const lines: [object, string][] = [];
  const logger = {
    error: (fields: object, message: string) => lines.push([fields, message]),
    debug: () => {},
  };
  return { lines, errors: new RepeatedErrors({ logger, intervalMs: INTERVAL_MS }) };
}

const outage = () => new Error('the database cannot be reached', { cause: new Error('connection refused') });

it('logs the first error of a kind whole and counts the others', async () => {
  const { lines, errors } = open();
  const first = { err: outage(), endpoint: '/check' };
  errors.error(first, 'a request failed');
  for (let i = 0; i < 1000; i++) errors.error({ err: outage(), endpoint: '/list' }, 'a request failed');
  assert.deepEqual(lines, [[first, 'a request failed']]);
  await eventually(2, () => lines.length);
  const error = 'the database cannot be reached: connection refused';
  assert.deepEqual(lines[1], [{ error, count: 1000 }, 'a request failed, repeatedly']);
  await sleep(3 * INTERVAL_MS);
  assert.equal(lines.length, 2, 'nothing is said when there is nothing to say');
});

it('keeps errors of different texts, causes and messages apart', () => {
  const { lines, errors } = open();
  errors.error({ err: outage() }, 'a request failed');
  errors.error({ err: outage() }, 'the health check failed');
  errors.error({ err: new Error('the database cannot be reached', { cause: 'time ran out' }) }, 'a request failed');
  errors.error({ err: new Error('BUG: no permit') }, 'a request failed');
  assert.equal(lines.length, 4);
});

it('logs an error whole again after it stayed away', async () => {
  const { lines, errors } = open();
  errors.error({ err: outage() }, 'a request failed');
  await sleep(15 * INTERVAL_MS);
  errors.error({ err: outage() }, 'a request failed');
  assert.equal(lines.length, 2);
});

it('drops no errors when there are very many kinds', () => {
  const { lines, errors } = open();
  for (let i = 0; i < 200; i++) errors.error({ err: new Error(`fault ${i}`) }, 'a request failed');
  assert.equal(lines.length, 200);
});
