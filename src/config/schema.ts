import * as z from 'zod';
import { BYTE_SIZE, parseByteSize } from './byte-size.ts';
import type { Config } from './config.ts';
import { DURATION, parseDuration } from './duration.ts';
import { memoryLimitBytes } from './memory-limit.ts';

// One document is validated at start, so compiling the schema into code costs more than it saves.
z.config({ jitless: true });

const BYTES_4_MIB = 4 * 1024 * 1024;
const BYTES_64_KIB = 64 * 1024;
/** A gRPC message carries its length in 32 bits, and a JavaScript string holds no more than half a gigabyte. */
const MAX_BYTES = 512 * 1024 * 1024;

/** Servers that follow each other are some seconds apart when things go badly. */
const MIN_RETENTION_MS = 60_000;

/** A watch takes some kilobytes, a thousand of them a part of each commit. */
const DEFAULT_MAX_WATCHES = 10_000;
const MAX_WATCHES = 1_000_000;

const SEMVER =
  /^v(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(\.(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?(\+[0-9a-zA-Z-]+(\.[0-9a-zA-Z-]+)*)?$/;

const uri = z.stringFormat('uri', /^[a-zA-Z][a-zA-Z0-9+.-]*:/);
const hostPort = z.stringFormat('host:port', /^(\[[0-9a-fA-F:.]+\]|[^\s:/]*):\d{1,5}$/);
const durationError = 'must be a duration, such as "500ms", "5s" or "1m30s"';
const duration = z.string({ error: durationError }).regex(DURATION, { error: durationError }).transform(parseDuration);

/**
 * The one description of the configuration (contract: configuration §2, §4–6): types,
 * limits, defaults and meanings. The JSON Schema file and the reference page come from it.
 */
export const configSchema: z.ZodType<Config> & { readonly shape: Readonly<Record<string, unknown>> } = z.strictObject({
  $schema: z.string().optional().describe('A hint for editors: where the JSON Schema of this file is.'),
  version: z.string().regex(SEMVER).optional().describe('The version this file was written for; informational.'),
  dsn: z
    .string()
    .describe(
      'Where relation tuples are stored: `memory`, `sqlite://PATH`, `postgres://…` or `mysql://…`. Cannot change while the server runs.',
    ),
  serve: z
    .strictObject({
      read: z
        .strictObject({
          ...listenerShape(4466),
          policy_writes: z
            .boolean()
            .default(false)
            .describe(
              'Take changes of the legacy access control policies on this port too, not on the write port alone.',
            ),
        })
        .prefault({})
        .describe('Checks, lists, expansions.'),
      write: z
        .strictObject(listenerShape(4467))
        .prefault({})
        .describe('Writes, and everything the read listener answers.'),
      metrics: z.strictObject(listenerShape(4468)).prefault({}).describe('Metrics for Prometheus.'),
      opl: z.strictObject(listenerShape(4469)).prefault({}).describe('The syntax check of the permission language.'),
    })
    .prefault({})
    .describe('The listeners. Read at start only.'),
  profiling: z.enum(['cpu', 'mem', '']).optional().describe('Accepted and unused.'),
  log: log(),
  tracing: tracing(),
  namespaces: namespaces(),
  limit: limit(),
  graph: graph(),
  feed: feed(),
  schema: schema(),
  clients: z
    .looseObject({
      http: z
        .looseObject({
          disallow_private_ip_ranges: z
            .boolean()
            .default(false)
            .describe('Do not fetch the model from addresses of private networks.'),
        })
        .prefault({}),
    })
    .prefault({})
    .describe('Clients that the server itself uses.'),
  secrets: z
    .looseObject({
      pagination: z
        .array(z.string().min(16))
        .default([])
        .describe(
          'Keys of page tokens: the first encrypts, all decrypt. Without any, a well-known key is used and tokens are merely obfuscated.',
        ),
    })
    .prefault({})
    .describe('Secrets; never logged.'),
  feature_flags: z
    .strictObject({
      expand_rewrites: z.boolean().default(false).describe('Expand follows the permits of the model.'),
      strict_mode: z.boolean().default(false).describe('Only what the model declares counts; see the model reference.'),
    })
    .prefault({})
    .describe('Switches of behaviour.'),
});

function listenerShape(port: number) {
  return {
    port: z.int().min(0).max(65535).default(port).describe('TCP port; 0 takes any free one.'),
    host: z.string().default('').describe('Address to listen on; empty: all interfaces.'),
    socket: z
      .string()
      .min(1)
      .optional()
      .describe('Path of a Unix domain socket to listen on instead of host and port, at most 107 bytes long.'),
    write_listen_file: uri
      .optional()
      .describe(
        '`file://PATH` of a file that gets the address which was bound, as `HOST:PORT`, or the path of the socket. For port 0.',
      ),
    request_log: z.boolean().default(true).describe('Log a line for each request.'),
    max_message_bytes: z
      .int()
      .min(1)
      .max(MAX_BYTES)
      .default(BYTES_4_MIB)
      .describe('Largest request message or body, in bytes.'),
    max_header_bytes: z
      .int()
      .min(1024)
      .max(MAX_BYTES)
      .default(BYTES_64_KIB)
      .describe('Largest request line and headers together, in bytes.'),
    shutdown_grace: duration.prefault('5s').describe('How long running requests may go on after a signal to stop.'),
    cors: cors(),
    tls: z
      .strictObject({ key: pem('private key'), cert: pem('certificate chain') })
      .prefault({})
      .describe('TLS, served when both key and certificate are given. Files are read again when they change.'),
  };
}

function cors() {
  const methods = z.enum(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'TRACE', 'PATCH']);
  return z
    .strictObject({
      enabled: z.boolean().default(false).describe('Answer cross-origin requests of browsers.'),
      allowed_origins: unique(z.string().min(1))
        .default(['*'])
        .describe('Origins that may call; one `*` each stands for any text.'),
      allowed_methods: unique(methods)
        .default(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
        .describe('Methods that may be called.'),
      allowed_headers: unique(z.string())
        .default(['Authorization', 'Content-Type'])
        .describe('Request headers that may be sent.'),
      exposed_headers: unique(z.string()).default(['Content-Type']).describe('Response headers that scripts may read.'),
      allow_credentials: z.boolean().default(false).describe('Let browsers send cookies and authorization.'),
      max_age: z.int().default(0).describe('How long browsers may keep a preflight, in seconds; 0: not sent.'),
      debug: z.boolean().default(false).describe('Accepted and unused.'),
    })
    .prefault({})
    .describe('Cross-origin resource sharing.');
}

function pem(what: string) {
  return z
    .strictObject({
      path: z.string().optional().describe(`File with the ${what} in PEM form.`),
      base64: z.string().optional().describe(`The ${what} in PEM form, in base64.`),
    })
    .optional();
}

function log() {
  return z
    .strictObject({
      level: z
        .enum(['panic', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'])
        .default('info')
        .describe('The least severe level that is written.'),
      format: z.enum(['json', 'json_pretty', 'gelf', 'text']).default('text').describe('How a line is written.'),
      leak_sensitive_values: z
        .boolean()
        .default(false)
        .describe('Write queries and credentials of requests into the log. Only for debugging.'),
      redaction_text: z
        .string()
        .default('redacted; set log.leak_sensitive_values to see it')
        .describe('What stands in the place of a sensitive value.'),
      additional_redacted_headers: z
        .array(z.string())
        .default([])
        .describe('Request headers that are sensitive besides the usual ones.'),
    })
    .prefault({})
    .describe('The log, on standard error. Read at start only.');
}

function tracing() {
  return z
    .strictObject({
      provider: z
        .enum(['jaeger', 'otel', 'zipkin'])
        .optional()
        .describe('Where traces go; absent: nowhere. `jaeger` is refused at start: Jaeger takes OTLP, so use `otel`.'),
      service_name: z.string().default('Stheno').describe('The name of this service in traces.'),
      deployment_environment: z.string().optional().describe('The environment named in traces.'),
      providers: z.strictObject({ jaeger: jaeger(), zipkin: zipkin(), otlp: otlp() }).prefault({}),
    })
    .prefault({})
    .describe('Traces of requests; see operations.md. Read at start only.');
}

function jaeger() {
  const server_url = uri.optional().describe('Accepted and without effect.');
  return z
    .strictObject({
      local_agent_address: hostPort.optional().describe('Accepted and without effect.'),
      sampling: z.strictObject({ server_url, trace_id_ratio: ratio(1) }).prefault({}),
    })
    .prefault({});
}

function zipkin() {
  return z
    .strictObject({
      server_url: uri.optional().describe('Where spans are sent, such as `http://zipkin:9411/api/v2/spans`.'),
      sampling: z.strictObject({ sampling_ratio: ratio(0) }).prefault({}),
    })
    .prefault({});
}

function otlp() {
  return z
    .strictObject({
      server_url: hostPort
        .optional()
        .describe('Address of the collector, `host:port` (OTLP over HTTP, mostly port 4318).'),
      insecure: z.boolean().default(false).describe('Plain HTTP to the collector.'),
      sampling: z.strictObject({ sampling_ratio: ratio(1) }).prefault({}),
      authorization_header: z.string().optional().describe('Sent to the collector; never logged.'),
    })
    .prefault({});
}

function ratio(fallback: number) {
  const described = 'Share of requests traced, of those whose caller does not say.';
  return z.number().min(0).max(1).default(fallback).describe(described);
}

function namespaces() {
  const inline = z.strictObject({
    name: z.string().describe('The name of the namespace.'),
    id: z.int().min(0).max(2147483647).optional().describe('The number of old versions; unused.'),
    config: z.record(z.string(), z.unknown()).optional().describe('Unused.'),
    $schema: z.string().optional().describe('Unused.'),
  });
  const opl = z.strictObject({
    location: uri.describe('Where the model is: `file://`, `http://`, `https://` or `base64://`.'),
    experimental_strict_mode: z
      .boolean()
      .default(false)
      .describe('The deprecated place of `feature_flags.strict_mode`.'),
  });
  return z
    .union([uri, z.array(inline), opl])
    .optional()
    .describe(
      'The namespaces: a list, an object that says where a model in the permission language is, or the URI of legacy namespace files. Absent: the model is in the database.',
    );
}

function limit() {
  const count = (fallback: number, min = 1) => z.int().min(min).max(65535).default(fallback);
  return z
    .strictObject({
      max_read_depth: count(25).describe('Ceiling and default of the depth of checks and expansions.'),
      max_read_width: count(100).describe(
        'Accepted and without effect: a check follows all tuples, whatever their number.',
      ),
      max_batch_check_size: count(1000).describe('Largest number of checks in one batch.'),
      batch_check_max_parallelization: count(5).describe('Accepted; a batch is evaluated as one.'),
      max_expand_size: count(4000, 0).describe('Largest number of relation tuples loaded for one expansion.'),
    })
    .prefault({})
    .describe('Limits.');
}

function feed() {
  return z
    .strictObject({
      retention: duration
        .refine((retentionMs) => retentionMs >= MIN_RETENTION_MS, { error: 'must be >= 1m' })
        .prefault('24h')
        .describe(
          'How long changes stay in the log, a minute at least. A server that could not reach the database for longer loads all relation tuples anew. Read at start only.',
        ),
      max_watches: z
        .int()
        .min(0)
        .max(MAX_WATCHES)
        .default(DEFAULT_MAX_WATCHES)
        .describe('How many may watch the changes at once, on this server. More are refused.'),
    })
    .prefault({})
    .describe('The log of changes by which servers follow each other, and clients that watch.');
}

function schema() {
  return z
    .strictObject({
      writes: z
        .enum(['off', 'warn', 'enforce'])
        .default('off')
        .describe(
          'What happens to tuples that the model does not allow, because of a relation that it does not declare, a permit, or the type of a subject set: `off` writes them as Keto does, `warn` writes them and says so, `enforce` refuses the write.',
        ),
    })
    .prefault({})
    .describe('What is held against the model.');
}

function graph() {
  const bytes = z.union([z.number().min(0), z.string().regex(BYTE_SIZE).transform(parseByteSize)]);
  const available = memoryLimitBytes();
  return z
    .strictObject({
      enabled: z.boolean().default(true).describe('Keep the relation tuples in memory and answer checks from there.'),
      max_memory: bytes
        .refine((size) => size <= available, {
          error: ({ input }) => `must be <= ${available}, the memory that there is, but found ${input}`,
        })
        .optional()
        .describe(
          'The most memory that the tuples may take: bytes, or a size such as `512MiB`; 0 keeps none. Namespaces that do not fit stay in the database, the largest first. Default: 40 % of the memory that the container or the machine has.',
        ),
      self_check_rate: z
        .number()
        .min(0)
        .max(1)
        .default(0.001)
        .describe(
          'Share of the checks whose answer is compared with the database afterwards; 10 a second at most. See operations.md.',
        ),
      lease: z
        .boolean()
        .default(true)
        .describe(
          'On PostgreSQL: let this server be the only one that writes, for as long as no other wants to, so that it answers fresh checks without asking the database. See operations.md.',
        ),
    })
    .prefault({})
    .describe('The graph in memory. Read at start only.');
}

/** An array without equal items. The text is the contract's, see `report.ts` for the others. */
function unique<Item extends z.ZodType<string>>(item: Item) {
  return z
    .array(item)
    .superRefine((items, context) => {
      const second = items.findIndex((value, index) => items.indexOf(value) < index);
      if (second < 0) return;
      const first = items.indexOf(items[second] as z.output<Item>); // it was found above
      context.addIssue({ code: 'custom', message: `items at index ${first} and ${second} are equal` });
    })
    .meta({ uniqueItems: true });
}
