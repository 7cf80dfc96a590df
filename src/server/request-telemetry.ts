import type { AccessLog, ReceivedRequest } from '../observability/access-log.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { RequestObserver, StartedRequest } from './request-observer.ts';
import { grpcStatusName } from './status.ts';

/** Counts every request of a listener in the metrics and writes the lines of the access log for it, where they are given. */
export function requestTelemetry(sinks: {
  metrics?: Pick<Metrics, 'observeRequest'> | undefined;
  accessLog?: AccessLog | undefined;
  /** A path whose requests are not logged. */
  unloggedPath?: string | undefined;
}): RequestObserver {
  const { metrics, accessLog, unloggedPath } = sinks;
  const logStarted = accessLog?.started;
  const logCompleted = accessLog?.completed;
  return {
    started:
      logStarted &&
      ((request) => {
        const received = receivedOf(request);
        if (received.path !== unloggedPath) logStarted(received);
      }),
    finished(request): void {
      metrics?.observeRequest(request);
      if (logCompleted === undefined) return;
      const { method, path, query, requestId, remote, headers } = receivedOf(request);
      if (path === unloggedPath) return;
      const status = request.grpcCode === undefined ? request.httpStatus : grpcStatusName(request.grpcCode);
      const { durationMs } = request;
      // Without a spread, which is slow for objects of this size.
      logCompleted({ method, path, query, requestId, remote, headers, status, durationMs });
    },
  };
}

function receivedOf({ method, target, headers, remoteAddress }: StartedRequest): ReceivedRequest {
  const queryAt = target.indexOf('?');
  const requestId = headers['x-request-id'];
  return {
    method,
    path: queryAt < 0 ? target : target.slice(0, queryAt),
    query: queryAt < 0 ? undefined : target.slice(queryAt + 1),
    requestId: typeof requestId === 'string' ? requestId : undefined,
    remote: remoteAddress,
    headers,
  };
}
