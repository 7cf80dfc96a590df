import type { Tracing } from '../observability/tracing.ts';
import type { Call, RpcService } from '../service/rpc-service.ts';
import { toStatus } from './status.ts';

/** Statuses that are the server's doing (OpenTelemetry, "Semantic conventions for gRPC", status of server spans). */
const FAULTS: ReadonlySet<number> = new Set([2, 4, 12, 13, 14, 15]);

type UnaryHandler = (request: unknown, call: Call) => unknown;

/** The services with each unary call in a span. Streams, which may be endless, are left as they are. */
export function traceServices(services: readonly RpcService[], tracing: Tracing): RpcService[] {
  return services.map(({ descriptor, handlers }) => {
    const traced = descriptor.methods
      .filter(({ methodKind }) => methodKind === 'unary')
      .map(({ name, localName }) => {
        const handler = handlers[localName] as UnaryHandler; // implement() ties both to the descriptor
        return [localName, traceUnary(handler, { service: descriptor.typeName, method: name }, tracing)];
      });
    return { descriptor, handlers: { ...handlers, ...Object.fromEntries(traced) } };
  });
}

function traceUnary(
  handler: UnaryHandler,
  { service, method }: { service: string; method: string },
  tracing: Tracing,
): UnaryHandler {
  const name = `${service}/${method}`;
  const attributes = { 'rpc.system': 'grpc', 'rpc.service': service, 'rpc.method': method };
  return (request, call) =>
    tracing.request(
      { name, attributes, header: (header) => call.header(header) },
      () => handler(request, call),
      (ended) => {
        const status = 'error' in ended ? toStatus(ended.error).grpc : 0;
        return { attributes: { 'rpc.grpc.status_code': status }, isFault: FAULTS.has(status) };
      },
    );
}
