import { create } from '@bufbuild/protobuf';
import {
  Health,
  type HealthCheckResponse,
  HealthCheckResponseSchema,
  HealthListResponseSchema,
  HealthCheckResponse_ServingStatus as ServingStatus,
} from '#gen/grpc/health/v1/health_pb.js';
import { SthenoError } from '../errors.ts';
import type { Readiness } from '../service/readiness.ts';
import { implement, type RpcService } from '../service/rpc-service.ts';

/** How often a watcher asks again where readiness does not tell of its changes. */
const POLL_MS = 5_000;

/**
 * The gRPC health service of a listener (github.com/grpc/grpc/blob/master/doc/health-checking.md).
 * All services share one state, that of the server, which is named `''` (contract: gRPC §6).
 */
export function healthService(options: {
  /** The services that can be asked about. */
  readonly services: readonly RpcService[];
  readonly readiness: Readiness;
}): RpcService {
  const { services, readiness } = options;
  const names: ReadonlySet<string> = new Set(['', ...services.map(({ descriptor }) => descriptor.typeName)]);

  const current = async (): Promise<HealthCheckResponse> => {
    const problems = await readiness.problems();
    return answer(problems.length === 0 ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
  };

  return implement(Health, {
    async check({ service }) {
      if (!names.has(service)) throw new SthenoError('not_found', { message: `unknown service ${service}` });
      return current();
    },

    async list() {
      const status = await current();
      return create(HealthListResponseSchema, {
        statuses: Object.fromEntries([...names].map((name) => [name, status])),
      });
    },

    // Services do not come and go while the server runs, but the protocol wants the watch of an unknown one to stay open.
    async *watch({ service }, { signal }) {
      let last: ServingStatus | undefined;
      for (;;) {
        const change = nextChange(readiness, signal);
        const next = names.has(service) ? await current() : answer(ServingStatus.SERVICE_UNKNOWN);
        if (next.status !== last) yield next;
        last = next.status;
        await change;
      }
    },
  });
}

function answer(status: ServingStatus): HealthCheckResponse {
  return create(HealthCheckResponseSchema, { status });
}

/** Resolves when readiness may have changed since the call; rejects with the signal's reason. */
function nextChange(readiness: Readiness, signal: AbortSignal): Promise<void> {
  const change = new Promise<void>((resolve, reject) => {
    const settle = (): void => {
      unsubscribe();
      signal.removeEventListener('abort', settle);
      if (signal.aborted) reject(signal.reason);
      else resolve();
    };
    const unsubscribe = readiness.onChange?.(settle) ?? poll(settle);
    signal.addEventListener('abort', settle);
  });
  // Whoever awaits it gets the rejection; it must not count as unhandled while an answer is still on its way.
  change.catch(() => {});
  return change;
}

function poll(callback: () => void): () => void {
  const timer = setTimeout(callback, POLL_MS).unref();
  return () => clearTimeout(timer);
}
