import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Metrics } from '../../src/observability/metrics.ts';

const request = {
  endpoint: '/relation-tuples',
  method: 'GET',
  httpStatus: 200,
  durationMs: 7,
  requestBytes: 0,
  responseBytes: 300,
};

const BUILD_LABELS = ['app', 'buildTime', 'hash', 'version'];

/** Families, types and labels of the contract (REST §11). */
const families: readonly (readonly [name: string, type: string, labels: readonly string[]])[] = [
  ['http_requests_total', 'counter', [...BUILD_LABELS, 'code', 'endpoint', 'method']],
  ['http_requests_duration_seconds', 'histogram', [...BUILD_LABELS, 'code', 'endpoint', 'le', 'method']],
  ['http_response_time_seconds', 'histogram', [...BUILD_LABELS, 'endpoint', 'le']],
  ['http_response_size_bytes', 'histogram', [...BUILD_LABELS, 'code', 'le', 'method']],
  ['http_requests_size_bytes', 'histogram', [...BUILD_LABELS, 'code', 'le', 'method']],
  ['http_requests_statuses_total', 'counter', [...BUILD_LABELS, 'method', 'status_bucket']],
  ['promhttp_metric_handler_requests_total', 'counter', ['code']],
  ['promhttp_metric_handler_requests_in_flight', 'gauge', []],
  ['stheno_checks_total', 'counter', ['answer', 'limitation']],
  ['stheno_check_duration_seconds', 'histogram', ['answer', 'source', 'le']],
  ['stheno_check_levels', 'histogram', ['le']],
  ['stheno_check_queries', 'histogram', ['le']],
  ['stheno_head_revision', 'gauge', []],
  ['stheno_model_last_reload_successful', 'gauge', []],
  ['process_resident_memory_bytes', 'gauge', []],
  ['nodejs_eventloop_lag_p99_seconds', 'gauge', []],
];

describe('Metrics', () => {
  it('has the content type of the contract', () => {
    assert.equal(new Metrics().contentType, 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores');
  });

  it('has the families of the contract and its own', async () => {
    const metrics = new Metrics();
    metrics.addSources({ headRevision: () => 5, modelProblem: () => undefined });
    metrics.observeRequest(request);
    metrics.observeCheck({ answer: 'unknown', limitation: 'depth', durationMs: 1, levels: 2, queries: 3 });
    const found = parse(await metrics.render());
    for (const [name, type, labels] of families) {
      assert.deepEqual(found.get(name), { type, labels: [...labels].sort() }, name);
    }
  });

  it('counts requests by what the contract says of labels', async () => {
    const metrics = new Metrics({ build: { version: 'v1', hash: 'abc', buildTime: 'now' } });
    metrics.observeRequest(request);
    metrics.observeRequest(request);
    metrics.observeRequest({ ...request, endpoint: '', method: 'PROPFIND', httpStatus: 404 });
    metrics.observeRequest({ ...request, method: 'HEAD', httpStatus: 101 });
    const text = await metrics.render();
    const build = 'app="keto",buildTime="now"';
    for (const sample of [
      `http_requests_total{${build},code="200",endpoint="/relation-tuples",hash="abc",method="get",version="v1"} 2`,
      `http_requests_total{${build},code="404",endpoint="",hash="abc",method="unknown",version="v1"} 1`,
      `http_requests_statuses_total{${build},hash="abc",method="GET",status_bucket="2xx",version="v1"} 2`,
      `http_requests_statuses_total{${build},hash="abc",method="PROPFIND",status_bucket="4xx",version="v1"} 1`,
      `http_requests_statuses_total{${build},hash="abc",method="HEAD",status_bucket="unknown",version="v1"} 1`,
    ]) {
      assert.ok(text.includes(`\n${sample}\n`), sample);
    }
  });

  it('adds up the buckets of histograms', async () => {
    const metrics = new Metrics();
    for (const durationMs of [1, 5, 7, 20_000]) metrics.observeRequest({ ...request, durationMs });
    const lines = (await metrics.render())
      .split('\n')
      .filter((line) => line.startsWith('http_response_time_seconds'))
      .map((line) => line.replace(/\{.*?(le="[^"]*")?\}/, '{$1}'));
    assert.deepEqual(lines, [
      'http_response_time_seconds_bucket{le="0.005"} 2',
      ...['0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '5', '10'].map(
        (bound) => `http_response_time_seconds_bucket{le="${bound}"} 3`,
      ),
      'http_response_time_seconds_bucket{le="+Inf"} 4',
      'http_response_time_seconds_sum{} 20.013',
      'http_response_time_seconds_count{} 4',
    ]);
  });

  it('keeps a bounded number of methods apart, as clients may send any', async () => {
    const metrics = new Metrics();
    for (let index = 0; index < 1000; index++) metrics.observeRequest({ ...request, method: `M${index}` });
    const series = (await metrics.render()).match(/^http_requests_statuses_total\{/gm) ?? [];
    assert.ok(series.length < 100, `${series.length} series`);
    assert.match(await metrics.render(), /statuses_total\{.*method="unknown".*\} 936\n/);
  });

  it('escapes label values', async () => {
    const metrics = new Metrics();
    metrics.observeRequest({ ...request, endpoint: 'a"b\\c\nd' });
    assert.ok((await metrics.render()).includes('endpoint="a\\"b\\\\c\\nd"'));
  });

  it('counts checks by answer and limitation', async () => {
    const metrics = new Metrics();
    metrics.observeCheck({ answer: 'member', durationMs: 0.07 });
    metrics.observeCheck({ answer: 'member', durationMs: 3, levels: 2, queries: 4 });
    metrics.observeCheck({ answer: 'unknown', limitation: 'depth', durationMs: 3 });
    const text = await metrics.render();
    assert.match(text, /^stheno_checks_total\{answer="member",limitation=""\} 2$/m);
    assert.match(text, /^stheno_checks_total\{answer="unknown",limitation="depth"\} 1$/m);
    assert.match(text, /^stheno_check_duration_seconds_bucket\{answer="member",source="database",le="0.0001"\} 1$/m);
    assert.match(text, /^stheno_check_levels_count 1$/m);
    assert.match(text, /^stheno_check_queries_sum 4$/m);
  });

  it('reads the state of store and model at each scrape', async () => {
    const metrics = new Metrics();
    const state = { revision: 1, problem: undefined as string | undefined };
    metrics.addSources({ headRevision: async () => state.revision, modelProblem: () => state.problem });
    assert.match(await metrics.render(), /^stheno_head_revision 1\n[^*]*\nstheno_model_last_reload_successful 1$/m);
    Object.assign(state, { revision: 2, problem: 'line 3: expected a name' });
    assert.match(await metrics.render(), /^stheno_head_revision 2\n[^*]*\nstheno_model_last_reload_successful 0$/m);
  });

  it('answers without the value that cannot be read', async () => {
    const metrics = new Metrics();
    metrics.addSources({
      headRevision: () => Promise.reject(new Error('the database is away')),
      modelProblem: () => undefined,
    });
    const text = await metrics.render();
    assert.doesNotMatch(text, /^stheno_head_revision /m);
    assert.match(text, /^stheno_model_last_reload_successful 1$/m);
  });

  it('counts scrapes', async () => {
    const metrics = new Metrics();
    assert.match(await metrics.render(), /^promhttp_metric_handler_requests_in_flight 1$/m);
    assert.match(await metrics.render(), /^promhttp_metric_handler_requests_total\{code="200"\} 1$/m);
  });
});

/** Type and label names of each family of an exposition; a line that is neither comment nor sample fails. */
function parse(text: string): Map<string, { type: string; labels: string[] }> {
  const found = new Map<string, { type: string; labels: string[] }>();
  for (const line of text.split('\n').filter((line) => line !== '')) {
    const [, family, type = ''] = /^# TYPE (\S+) (counter|gauge|histogram)$/.exec(line) ?? [];
    if (family !== undefined) found.set(family, { type, labels: [] });
    if (line.startsWith('#')) continue;
    const sample = /^([a-z_0-9]+)(?:\{(.*)\})? (?:[-+.e\d]+|Nan)$/.exec(line);
    assert.ok(sample, `not a sample: ${line}`);
    const [, name = '', labels = ''] = sample;
    const owner = found.get(name) ?? found.get(name.replace(/_(bucket|sum|count)$/, ''));
    assert.ok(owner, `no family of ${name}`);
    const names = [...labels.matchAll(/(\w+)="/g)].map(([, label = '']) => label);
    owner.labels = [...new Set([...owner.labels, ...names])].sort();
  }
  return found;
}
