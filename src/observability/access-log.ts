import type { Logger } from './logger.ts';

/** A request that was answered, on any protocol. */
export interface AnsweredRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** The query as it was sent, without `?`. It names people and objects, so it is sensitive. */
  readonly query?: string | undefined;
  /** The HTTP status, or the name of the gRPC one. */
  readonly status: number | string;
  readonly durationMs: number;
  readonly requestId?: string | undefined;
  /** Address of the peer. */
  readonly remote?: string | undefined;
  /** Logged at level debug and below. Names are lower case. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>> | undefined;
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

/** Returns the function that logs one line for each answered request. */
export function createAccessLog({
  logger,
  log,
}: {
  readonly logger: Logger;
  readonly log: RedactionSettings;
}): (request: AnsweredRequest) => void {
  const hidden = log.leak_sensitive_values ? undefined : log.redaction_text;
  const sensitive = new Set([
    ...SENSITIVE_HEADERS,
    ...log.additional_redacted_headers.map((name) => name.toLowerCase()),
  ]);
  return (request) => {
    const level = HEALTH_PATHS.has(request.path) ? 'trace' : 'info';
    if (!logger.isLevelEnabled(level)) return;
    const { method, path, query, status, durationMs, requestId, remote, headers } = request;
    logger[level](
      {
        method,
        path,
        query: query ? (hidden ?? query) : undefined,
        status,
        duration_ms: Math.round(durationMs * 1000) / 1000,
        request_id: requestId,
        remote,
        headers: headers && logger.isLevelEnabled('debug') ? redactHeaders(headers, sensitive, hidden) : undefined,
      },
      'completed handling request',
    );
  };
}

function redactHeaders(
  headers: NonNullable<AnsweredRequest['headers']>,
  sensitive: ReadonlySet<string>,
  hidden: string | undefined,
): NonNullable<AnsweredRequest['headers']> {
  if (hidden === undefined) return headers;
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, sensitive.has(name.toLowerCase()) ? hidden : value]),
  );
}
