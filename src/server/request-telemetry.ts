import type { AnsweredRequest } from '../observability/access-log.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { FinishedRequest, RequestObserver } from './request-observer.ts';
import { grpcStatusName } from './status.ts';

/** Counts every request of a listener in the metrics and writes a line of the access log for it, where they are given. */
export function requestTelemetry(sinks: {
  metrics?: Pick<Metrics, 'observeRequest'> | undefined;
  accessLog?: ((request: AnsweredRequest) => void) | undefined;
}): RequestObserver {
  return {
    finished(request): void {
      sinks.metrics?.observeRequest({ ...request, endpoint: request.endpoint ?? '' });
      sinks.accessLog?.(answered(request));
    },
  };
}

function answered(request: FinishedRequest): AnsweredRequest {
  const queryAt = request.target.indexOf('?');
  const requestId = request.headers['x-request-id'];
  return {
    method: request.method,
    path: queryAt < 0 ? request.target : request.target.slice(0, queryAt),
    query: queryAt < 0 ? undefined : request.target.slice(queryAt + 1),
    status: request.grpcCode === undefined ? request.httpStatus : grpcStatusName(request.grpcCode),
    durationMs: request.durationMs,
    requestId: typeof requestId === 'string' ? requestId : undefined,
    remote: request.remoteAddress,
    headers: request.headers,
  };
}
