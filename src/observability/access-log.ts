import type { Logger } from './logger.ts';

/** A request that has come in, on any protocol. */
export interface ReceivedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** The query as it was sent, without `?`. It names people and objects, so it is sensitive. */
  readonly query?: string | undefined;
  readonly requestId?: string | undefined;
  /** Address of the peer. */
  readonly remote?: string | undefined;
  /** Logged at level debug and below. Names are lower case. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>> | undefined;
}

/** A request that was answered. */
export interface AnsweredRequest extends ReceivedRequest {
  /** The HTTP status, or the name of the gRPC one. */
  readonly status: number | string;
  readonly durationMs: number;
}

/** What of a request may be read in the log; the names are those of the configuration. */
export interface RedactionSettings {
  readonly leak_sensitive_values: boolean;
  readonly redaction_text: string;
  readonly additional_redacted_headers: readonly string[];
}

const SENSITIVE_HEADERS = ['authorization', 'proxy-authorization', 'cookie', 'set-cookie', 'x-session-token'];

/** Asked all the time, so they are only logged at level trace (contract: configuration §5). */
const HEALTH_PATHS: ReadonlySet<string> = new Set(['/health/alive', '/health/ready']);

/** Writes the lines of requests (contract: configuration §5). */
export interface AccessLog {
  /** A request has come in. Undefined when the level of the log leaves these lines out, so that nothing is made for them. */
  readonly started: ((request: ReceivedRequest) => void) | undefined;
  /** A request was answered. Undefined likewise. */
  readonly completed: ((request: AnsweredRequest) => void) | undefined;
}

export function createAccessLog({
  logger,
  log,
}: {
  readonly logger: Logger;
  readonly log: RedactionSettings;
}): AccessLog {
  const hidden = log.leak_sensitive_values ? undefined : log.redaction_text;
  const sensitive = new Set([
    ...SENSITIVE_HEADERS,
    ...log.additional_redacted_headers.map((name) => name.toLowerCase()),
  ]);
  const fieldsOf = (
    { method, path, query, requestId, remote, headers }: ReceivedRequest,
    outcome?: Pick<AnsweredRequest, 'status' | 'durationMs'>,
  ) => ({
    method,
    path,
    query: query ? (hidden ?? query) : undefined,
    request_id: requestId,
    remote,
    headers: headers && logger.isLevelEnabled('debug') ? redactHeaders(headers, sensitive, hidden) : undefined,
    status: outcome?.status,
    duration_ms: outcome && Math.round(outcome.durationMs * 1000) / 1000,
  });
  if (!logger.isLevelEnabled('info')) return { started: undefined, completed: undefined };
  const write = (request: ReceivedRequest, message: string, outcome?: AnsweredRequest): void => {
    const level = levelOf(request);
    if (logger.isLevelEnabled(level)) logger.writeLater(level, fieldsOf(request, outcome), message);
  };
  return {
    started: (request) => write(request, 'started handling request'),
    completed: (request) => write(request, 'completed handling request', request),
  };
}

function levelOf({ path }: ReceivedRequest): 'info' | 'trace' {
  return HEALTH_PATHS.has(path) ? 'trace' : 'info';
}

function redactHeaders(
  headers: NonNullable<ReceivedRequest['headers']>,
  sensitive: ReadonlySet<string>,
  hidden: string | undefined,
): NonNullable<ReceivedRequest['headers']> {
  if (hidden === undefined) return headers;
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, sensitive.has(name.toLowerCase()) ? hidden : value]),
  );
}
