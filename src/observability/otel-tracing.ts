import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TextMapGetter,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { CompositePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { B3Propagator } from '@opentelemetry/propagator-b3';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { createSpanExporter, EXPORT_TIMEOUT_MS } from './span-exporter.ts';
import type { SpanAttributes, TraceDestination, TracedOutcome, TracedRequest, Tracing } from './tracing.ts';

export interface OtelTracingOptions {
  readonly serviceName: string;
  readonly deploymentEnvironment: string | undefined;
  readonly version: string;
  readonly destination: TraceDestination;
  /** Share of the traces that begin here. */
  readonly ratio: number;
  readonly onProblem: (error: Error) => void;
}

type ReadHeader = TracedRequest['header'];

const REQUEST_HEADERS: TextMapGetter<ReadHeader> = {
  get: (header, name) => header(name.toLowerCase()),
  keys: () => [],
};

/**
 * Tracing by OpenTelemetry. The span around is kept in storage of its own, so that nothing of the libraries' global
 * state is touched: a program that embeds the server has that for itself.
 */
export class OtelTracing implements Tracing {
  readonly #provider: TracerProvider;
  readonly #tracer: Tracer;
  readonly #around: AsyncLocalStorage<Context> = new AsyncLocalStorage();
  readonly #propagator: CompositePropagator = new CompositePropagator({
    // The last one that finds its headers wins.
    propagators: [new B3Propagator(), new W3CTraceContextPropagator()],
  });

  constructor(options: OtelTracingOptions) {
    const { destination, onProblem } = options;
    this.#provider = new TracerProvider({
      resource: resourceFromAttributes(resourceAttributes(options)),
      sampler: followingCallers(options.ratio),
      spanProcessors: [
        new BatchSpanProcessor({
          exporter: createSpanExporter({ destination, onProblem }),
          exportTimeoutMillis: EXPORT_TIMEOUT_MS,
        }),
      ],
    });
    this.#tracer = this.#provider.getTracer('stheno', options.version);
  }

  async request<T>(
    { name, attributes, header }: TracedRequest,
    handle: () => T | Promise<T>,
    describe: (ended: { readonly answer: T } | { readonly error: unknown }) => TracedOutcome,
  ): Promise<T> {
    const parent = this.#propagator.extract(ROOT_CONTEXT, header, REQUEST_HEADERS);
    const span = this.#tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent);
    try {
      const answer = await this.#around.run(trace.setSpan(parent, span), async () => handle());
      note(span, describe({ answer }));
      return answer;
    } catch (error) {
      note(span, describe({ error }));
      throw error;
    } finally {
      span.end();
    }
  }

  async step<T>(name: string, attributes: SpanAttributes, work: () => Promise<T>): Promise<T> {
    const parent = this.#around.getStore();
    // Work that no request asked for, such as following the change feed, would only make traces of one span.
    if (parent === undefined) return work();
    const span = this.#tracer.startSpan(name, { attributes }, parent);
    try {
      return await this.#around.run(trace.setSpan(parent, span), work);
    } catch (error) {
      span.setAttribute('error.type', error instanceof Error ? error.name : typeof error);
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  }

  event(name: string, attributes: SpanAttributes): void {
    const around = this.#around.getStore();
    if (around !== undefined) trace.getSpan(around)?.addEvent(name, attributes);
  }

  /** Sends what has not been sent yet, for as long as one sending may take. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#provider.shutdown().catch(() => {}); // the exporter has told of its problem
  }
}

function resourceAttributes({ serviceName, version, deploymentEnvironment }: OtelTracingOptions): SpanAttributes {
  const attributes = { 'service.name': serviceName, 'service.version': version };
  if (deploymentEnvironment === undefined) return attributes;
  // The second name took the place of the first in the semantic conventions 1.27; both are still looked for.
  return {
    ...attributes,
    'deployment.environment': deploymentEnvironment,
    'deployment.environment.name': deploymentEnvironment,
  };
}

function followingCallers(ratio: number): Sampler {
  return new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) });
}

function note(span: Span, { attributes, isFault }: TracedOutcome): void {
  span.setAttributes(attributes);
  if (isFault) span.setStatus({ code: SpanStatusCode.ERROR });
}
