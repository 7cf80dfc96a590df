export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** A request whose handling becomes a span. */
export interface TracedRequest {
  readonly name: string;
  readonly attributes: SpanAttributes;
  /** A request header; those of the W3C and B3 say which trace the request belongs to. Names are lower case. */
  header(name: string): string | undefined;
}

/** How a traced request ended. */
export interface TracedOutcome {
  readonly attributes: SpanAttributes;
  /** Whether the server is to blame. */
  readonly isFault: boolean;
}

/** Makes the spans of a server. It exists only when tracing is on; without it nothing is called. */
export interface Tracing extends AsyncDisposable {
  /** Handles a request in a span of its own. Whatever is traced meanwhile becomes a part of it. */
  request<T>(
    request: TracedRequest,
    handle: () => T | Promise<T>,
    describe: (ended: { readonly answer: T } | { readonly error: unknown }) => TracedOutcome,
  ): Promise<T>;
  /** Does a part of a request in a span of its own. */
  step<T>(name: string, attributes: SpanAttributes, work: () => Promise<T>): Promise<T>;
  /** Notes that something happened, in the span around; nothing outside of one. */
  event(name: string, attributes: SpanAttributes): void;
}

/** What says whether and where to send traces; the names are those of the configuration (contract: configuration §6). */
export interface TracingSettings {
  readonly provider?: 'jaeger' | 'otel' | 'zipkin' | undefined;
  readonly service_name: string;
  readonly deployment_environment?: string | undefined;
  readonly providers: {
    readonly zipkin: { readonly server_url?: string | undefined; readonly sampling: Sampling };
    readonly otlp: {
      readonly server_url?: string | undefined;
      readonly insecure: boolean;
      readonly sampling: Sampling;
      readonly authorization_header?: string | undefined;
    };
  };
}

interface Sampling {
  /** From 0 to 1; of traces that begin here. Others are followed as their beginning says. */
  readonly sampling_ratio: number;
}

/** Where finished spans go. */
export type TraceDestination =
  | { readonly kind: 'otlp'; readonly url: string; readonly authorization: string | undefined }
  | { readonly kind: 'zipkin'; readonly url: string };
