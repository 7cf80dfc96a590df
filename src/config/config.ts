/**
 * The configuration as the server sees it: every default applied, every value valid.
 * Names are those of the configuration file, so that one word serves for both; what
 * each key means is written once, in `schema.ts`.
 */
export interface Config {
  readonly $schema?: string | undefined;
  readonly version?: string | undefined;
  readonly dsn: string;
  readonly serve: ServeConfig;
  readonly profiling?: 'cpu' | 'mem' | '' | undefined;
  readonly log: LogConfig;
  readonly tracing: TracingConfig;
  /** Undefined: the configuration does not say what the model is. See `namespaceSource`. */
  readonly namespaces?: string | readonly InlineNamespace[] | OplNamespaces | undefined;
  readonly limit: LimitConfig;
  readonly graph: GraphConfig;
  readonly feed: FeedConfig;
  readonly schema: SchemaConfig;
  readonly clients: { readonly http: { readonly disallow_private_ip_ranges: boolean } };
  /** The first pagination secret encrypts page tokens, all decrypt; none: a well-known key. */
  readonly secrets: { readonly pagination: readonly string[] };
  readonly feature_flags: { readonly expand_rewrites: boolean; readonly strict_mode: boolean };
}

export interface ServeConfig {
  readonly read: ReadListenerConfig;
  readonly write: ListenerConfig;
  readonly metrics: ListenerConfig;
  readonly opl: ListenerConfig;
}

export interface ListenerConfig {
  readonly port: number;
  /** Empty: all interfaces. */
  readonly host: string;
  /** Path of a Unix domain socket that takes the place of host and port. */
  readonly socket?: string | undefined;
  readonly write_listen_file?: string | undefined;
  readonly request_log: boolean;
  readonly max_message_bytes: number;
  readonly max_header_bytes: number;
  /** Milliseconds (in the file a duration such as `5s`). */
  readonly shutdown_grace: number;
  readonly cors: CorsConfig;
  readonly tls: { readonly key?: PemSource | undefined; readonly cert?: PemSource | undefined };
}

export interface ReadListenerConfig extends ListenerConfig {
  readonly policy_writes: boolean;
}

export interface CorsConfig {
  readonly enabled: boolean;
  readonly allowed_origins: readonly string[];
  readonly allowed_methods: readonly string[];
  readonly allowed_headers: readonly string[];
  readonly exposed_headers: readonly string[];
  readonly allow_credentials: boolean;
  /** Seconds; 0: the header is not sent. */
  readonly max_age: number;
  readonly debug: boolean;
}

/** Where a key or certificate is: a file, or the PEM text in base64. */
export interface PemSource {
  readonly path?: string | undefined;
  readonly base64?: string | undefined;
}

export type LogLevel = 'panic' | 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';
export type LogFormat = 'json' | 'json_pretty' | 'gelf' | 'text';

export interface LogConfig {
  readonly level: LogLevel;
  readonly format: LogFormat;
  readonly leak_sensitive_values: boolean;
  readonly redaction_text: string;
  readonly additional_redacted_headers: readonly string[];
}

export interface TracingConfig {
  readonly provider?: 'jaeger' | 'otel' | 'zipkin' | undefined;
  readonly service_name: string;
  readonly deployment_environment?: string | undefined;
  readonly providers: {
    readonly jaeger: {
      readonly local_agent_address?: string | undefined;
      readonly sampling: { readonly server_url?: string | undefined; readonly trace_id_ratio: number };
    };
    readonly zipkin: { readonly server_url?: string | undefined; readonly sampling: SamplingConfig };
    readonly otlp: {
      readonly server_url?: string | undefined;
      readonly insecure: boolean;
      readonly sampling: SamplingConfig;
      readonly authorization_header?: string | undefined;
    };
  };
}

export interface SamplingConfig {
  readonly sampling_ratio: number;
}

export interface InlineNamespace {
  readonly name: string;
  readonly id?: number | undefined;
  readonly config?: Readonly<Record<string, unknown>> | undefined;
  readonly $schema?: string | undefined;
}

export interface OplNamespaces {
  readonly location: string;
  readonly experimental_strict_mode: boolean;
}

export interface LimitConfig {
  readonly max_read_depth: number;
  readonly max_read_width: number;
  readonly max_batch_check_size: number;
  readonly batch_check_max_parallelization: number;
  readonly max_expand_size: number;
}

export interface GraphConfig {
  readonly enabled: boolean;
  /** Bytes (in the file also a text such as `512MiB`); 0: no graph. Undefined: a share of what the process may use. */
  readonly max_memory?: number | undefined;
  readonly self_check_rate: number;
  /** Whether to be the only server that writes, while no other wants to. */
  readonly lease: boolean;
}

export interface SchemaConfig {
  readonly writes: 'off' | 'warn' | 'enforce';
}

export interface FeedConfig {
  /** Milliseconds (in the file a duration such as `24h`). */
  readonly retention: number;
  /** How many may watch at once. */
  readonly max_watches: number;
}
