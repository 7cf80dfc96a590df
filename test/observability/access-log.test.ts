import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type AnsweredRequest, createAccessLog, type RedactionSettings } from '../../src/observability/access-log.ts';
import { createLogger, type LogSettings } from '../../src/observability/logger.ts';

const request: AnsweredRequest = {
  method: 'GET',
  path: '/relation-tuples/check',
  query: 'subject_id=ann',
  status: 200,
  durationMs: 1.23456,
  requestId: 'r1',
  remote: '127.0.0.1:5000',
  headers: { authorization: 'Bearer x', Cookie: 'y', 'x-key': 'z', accept: ['a', 'b'] },
};

describe('the access log', () => {
  it('has one line for each request, without what is sensitive', () => {
    const { time, ...line } = logged(request);
    assert.equal(typeof time, 'string');
    assert.deepEqual(line, {
      level: 'info',
      msg: 'completed handling request',
      method: 'GET',
      path: '/relation-tuples/check',
      query: 'hidden',
      status: 200,
      duration_ms: 1.235,
      request_id: 'r1',
      remote: '127.0.0.1:5000',
    });
  });

  it('has a line when a request comes in too, without what is not known yet', () => {
    const lines: string[] = [];
    const logger = createLogger({ level: 'info', format: 'json' }, { write: (line) => lines.push(line) });
    const log = { leak_sensitive_values: false, redaction_text: 'hidden', additional_redacted_headers: [] };
    createAccessLog({ logger, log }).started?.(request);
    const { time: _time, ...line } = JSON.parse(lines[0] ?? '');
    assert.deepEqual(line, {
      level: 'info',
      msg: 'started handling request',
      method: 'GET',
      path: '/relation-tuples/check',
      query: 'hidden',
      request_id: 'r1',
      remote: '127.0.0.1:5000',
    });
  });

  it('costs nothing when a request comes in where the level leaves the line out', () => {
    const logger = createLogger({ level: 'warn', format: 'json' }, { write: assert.fail });
    const log = { leak_sensitive_values: false, redaction_text: 'hidden', additional_redacted_headers: [] };
    assert.equal(createAccessLog({ logger, log }).started, undefined);
  });

  it('has the headers at level debug, the sensitive ones hidden', () => {
    const { headers } = logged(request, { level: 'debug' });
    assert.deepEqual(headers, { authorization: 'hidden', Cookie: 'hidden', 'x-key': 'hidden', accept: ['a', 'b'] });
  });

  it('shows everything when asked to', () => {
    const { query, headers } = logged(request, { level: 'debug' }, { leak_sensitive_values: true });
    assert.equal(query, 'subject_id=ann');
    assert.deepEqual(headers, request.headers);
  });

  it('leaves out what there is none of', () => {
    const line = logged({ method: 'POST', path: '/s/M', query: '', status: 'OK', durationMs: 1 });
    assert.deepEqual(Object.keys(line).sort(), ['duration_ms', 'level', 'method', 'msg', 'path', 'status', 'time']);
  });

  for (const path of ['/health/alive', '/health/ready']) {
    it(`has ${path} at level trace only`, () => {
      assert.equal(logged({ ...request, path }, { level: 'debug' }), undefined);
      assert.equal(logged({ ...request, path }, { level: 'trace' }).level, 'trace');
    });
  }
});

/** The one line that is logged for a request; undefined when there is none. */
function logged(
  answered: AnsweredRequest,
  settings: Partial<LogSettings> = {},
  redaction: Partial<RedactionSettings> = {},
) {
  const lines: string[] = [];
  const logger = createLogger({ level: 'info', format: 'json', ...settings }, { write: (line) => lines.push(line) });
  const log = {
    leak_sensitive_values: false,
    redaction_text: 'hidden',
    additional_redacted_headers: ['X-Key'],
    ...redaction,
  };
  createAccessLog({ logger, log }).completed?.(answered);
  assert.ok(lines.length <= 1);
  return lines[0] === undefined ? undefined : JSON.parse(lines[0]);
}
