import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { CheckService } from '#gen/ory/keto/relation_tuples/v1alpha2/check_service_pb.js';
import { SthenoError } from '../../src/errors.ts';
import { type ServerInProcess, startServer } from '../support/server-in-process.ts';
import { type CollectedSpan, TraceCollector } from '../support/trace-collector.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';
const tuple = { namespace: 'groups', object: 'secret-object', relation: 'member', subject_id: 'secret-subject' };

describe('tracing', () => {
  it('makes a trace of each request, from the request to the query', async () => {
    await using collector = await TraceCollector.start();
    const extra = { service_name: 'permissions', deployment_environment: 'staging' };
    const spans = await traced(collector, otlp(collector, extra), async ({ readAddress }) => {
      assert.equal(
        (await fetch(`http://${readAddress}/relation-tuples/check?${new URLSearchParams(tuple)}`)).status,
        403,
      );
    });
    const [root] = spans.filter(({ parentSpanId }) => parentSpanId === '');
    assert.ok(root);
    assert.deepEqual(
      { ...root, spanId: '', traceId: '' },
      {
        traceId: '',
        spanId: '',
        parentSpanId: '',
        name: 'GET /relation-tuples/check',
        kind: 2,
        attributes: {
          'http.request.method': 'GET',
          'http.route': '/relation-tuples/check',
          'http.response.status_code': 403,
        },
        events: ['PermissionsChecked'],
        status: 0,
        resource: {
          'service.name': 'permissions',
          'service.version': root.resource['service.version'],
          'deployment.environment': 'staging',
          'deployment.environment.name': 'staging',
        },
      },
    );
    assert.deepEqual(pathTo('readFacts', spans), ['GET /relation-tuples/check', 'check', 'readFacts']);
    assert.deepEqual(new Set(spans.map(({ traceId }) => traceId)), new Set([root.traceId]));
    const query = spans.find(({ name }) => name === 'readFacts');
    assert.equal(query?.attributes['db.system.name'], 'sqlite');
  });

  it('says nothing of who and what was asked about', async () => {
    await using collector = await TraceCollector.start();
    await traced(collector, otlp(collector), async (running) => {
      assert.equal(await write(running, 'PUT', tuple), 201);
      await fetch(`http://${running.readAddress}/relation-tuples/check?${new URLSearchParams(tuple)}`);
      await fetch(`http://${running.readAddress}/relation-tuples?namespace=groups&object=secret-object`);
    });
    assert.notEqual(collector.requests.length, 0);
    for (const { body } of collector.requests) assert.doesNotMatch(body.toString('latin1'), /secret/);
  });

  const events: { event: string; act: (running: ServerInProcess) => Promise<unknown> }[] = [
    { event: 'RelationtuplesCreated', act: (running) => write(running, 'PUT', tuple) },
    { event: 'RelationtuplesDeleted', act: (running) => write(running, 'DELETE', undefined, '?namespace=groups') },
    {
      event: 'RelationtuplesChanged',
      act: (running) =>
        write(running, 'PATCH', [
          { action: 'insert', relation_tuple: tuple },
          { action: 'delete', relation_tuple: { ...tuple, object: 'other' } },
        ]),
    },
    {
      event: 'PermissionsExpanded',
      act: ({ readAddress }) =>
        fetch(`http://${readAddress}/relation-tuples/expand?namespace=groups&object=o&relation=member`),
    },
  ];
  for (const { event, act } of events) {
    it(`notes ${event} in the span of the request`, async () => {
      await using collector = await TraceCollector.start();
      const spans = await traced(collector, otlp(collector), act);
      const noted = spans.filter((span) => span.events.includes(event));
      assert.deepEqual(
        noted.map(({ kind }) => kind),
        [2],
      );
    });
  }

  const callers = [
    { what: 'W3C trace context', headers: { traceparent: `00-${TRACE}-${CALLER}-01` } },
    { what: 'B3 in one header', headers: { b3: `${TRACE}-${CALLER}-1` } },
    {
      what: 'B3 in several headers',
      headers: { 'X-B3-TraceId': TRACE, 'X-B3-SpanId': CALLER, 'X-B3-Sampled': '1' },
    },
  ];
  for (const { what, headers } of callers) {
    it(`continues the trace of a caller (${what}), over REST and gRPC, whatever is sampled here`, async () => {
      await using collector = await TraceCollector.start();
      const none = { providers: { otlp: { ...address(collector), sampling: { sampling_ratio: 0 } } } };
      const spans = await traced(collector, { provider: 'otel', ...none }, async ({ readAddress }) => {
        await fetch(`http://${readAddress}/namespaces`, { headers });
        const transport = createGrpcTransport({ baseUrl: `http://${readAddress}` });
        await createClient(CheckService, transport)
          .check({ tuple: { namespace: 'groups' } }, { headers })
          .catch(() => {});
        await fetch(`http://${readAddress}/namespaces`); // nobody has said that this one is to be traced
      });
      const requests = spans.filter(({ kind }) => kind === 2);
      assert.deepEqual(
        requests.map(({ name, traceId, parentSpanId }) => ({ name, traceId, parentSpanId })),
        ['GET /namespaces', 'ory.keto.relation_tuples.v1alpha2.CheckService/Check'].map((name) => ({
          name,
          traceId: TRACE,
          parentSpanId: CALLER,
        })),
      );
      assert.equal(requests[1]?.attributes['rpc.grpc.status_code'], 3);
    });
  }

  it('leaves out health, version and metrics', async () => {
    await using collector = await TraceCollector.start();
    const spans = await traced(collector, otlp(collector), async ({ readAddress }) => {
      for (const path of ['/health/alive', '/health/ready', '/version', '/metrics/prometheus', '/namespaces']) {
        assert.equal((await fetch(`http://${readAddress}${path}`)).status, 200);
      }
    });
    assert.deepEqual(
      spans.map(({ name }) => name),
      ['GET /namespaces'],
    );
  });

  it('shows the collector who sends', async () => {
    await using collector = await TraceCollector.start();
    const settings = otlp(collector, {}, { authorization_header: 'Bearer collector-secret' });
    await traced(collector, settings, ({ readAddress }) => fetch(`http://${readAddress}/namespaces`));
    const [request] = collector.requests;
    assert.equal(request?.headers.authorization, 'Bearer collector-secret');
    assert.equal(request?.headers['content-type'], 'application/x-protobuf');
  });

  it('sends to Zipkin', async () => {
    await using collector = await TraceCollector.start();
    const zipkin = { server_url: `http://${collector.address}/api/v2/spans`, sampling: { sampling_ratio: 1 } };
    const settings = { provider: 'zipkin', service_name: 'permissions', providers: { zipkin } };
    await traced(collector, settings, ({ readAddress }) => fetch(`http://${readAddress}/namespaces`));
    const [request] = collector.requests;
    assert.equal(request?.path, '/api/v2/spans');
    const [span] = JSON.parse(String(request?.body));
    assert.deepEqual(
      [span.name, span.kind, span.localEndpoint.serviceName],
      ['GET /namespaces', 'SERVER', 'permissions'],
    );
  });

  it('logs once that the collector is out of reach, and answers all the same', async () => {
    const running = await startServer({
      tracing: { provider: 'otel', providers: { otlp: { server_url: '127.0.0.1:1', insecure: true } } },
    });
    assert.equal((await fetch(`http://${running.readAddress}/namespaces`)).status, 200);
    await running[Symbol.asyncDispose]();
    assert.equal(running.logged.filter(({ msg }) => msg === 'traces cannot be sent').length, 1);
  });

  for (const { settings, says } of [
    { settings: { provider: 'jaeger' }, says: /"jaeger" is not supported.*Use the provider "otel"/ },
    { settings: { provider: 'otel' }, says: /tracing\.providers\.otlp\.server_url is not set/ },
    { settings: { provider: 'zipkin' }, says: /tracing\.providers\.zipkin\.server_url is not set/ },
  ]) {
    it(`does not start with ${JSON.stringify(settings)}`, async () => {
      await assert.rejects(
        startServer({ tracing: settings }),
        (error) => error instanceof SthenoError && says.test(error.message),
      );
    });
  }
});

function address(collector: TraceCollector) {
  return { server_url: collector.address, insecure: true };
}

function otlp(collector: TraceCollector, extra: object = {}, provider: object = {}): object {
  return { provider: 'otel', ...extra, providers: { otlp: { ...address(collector), ...provider } } };
}

/** The spans of what is done with a server that traces; all of them are sent when it stops. */
async function traced(
  collector: TraceCollector,
  tracing: object,
  act: (running: ServerInProcess) => Promise<unknown>,
): Promise<CollectedSpan[]> {
  // With the graph in memory most checks make no query that a span could show.
  const running = await startServer({ tracing, graph: { enabled: false } });
  try {
    await act(running);
  } finally {
    await running[Symbol.asyncDispose]();
  }
  return collector.spans();
}

async function write({ writeAddress }: ServerInProcess, method: string, body?: object, query = ''): Promise<number> {
  const url = `http://${writeAddress}/admin/relation-tuples${query}`;
  const response = await fetch(url, body === undefined ? { method } : { method, body: JSON.stringify(body) });
  return response.status;
}

/** The names of the spans that lead to one. */
function pathTo(name: string, spans: readonly CollectedSpan[]): string[] {
  const path: string[] = [];
  let span = spans.find((candidate) => candidate.name === name);
  while (span !== undefined) {
    path.unshift(span.name);
    const { parentSpanId } = span;
    span = spans.find(({ spanId }) => spanId === parentSpanId);
  }
  return path;
}
