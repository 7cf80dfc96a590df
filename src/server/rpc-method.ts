import { createRegistry, type DescMethod, type Registry } from '@bufbuild/protobuf';
import type { RpcService } from '../service/rpc-service.ts';
import { type MessagePlan, planMessage } from './message-plan.ts';

/** A method that can be called on a listener. */
export interface RpcMethod {
  readonly descriptor: DescMethod;
  /** `/package.Service/Method`. */
  readonly path: string;
  /** The name its requests are counted under (contract: gRPC §8). */
  readonly endpoint: string;
  /** The service's function; its shape follows `descriptor.methodKind`. */
  readonly handler: (request: never, call: never) => unknown;
  /** The types that a google.protobuf.Any of its messages may hold in JSON. */
  readonly types: Registry;
  /** How the fast codec reads requests and writes responses; undefined where it cannot. */
  readonly requestPlan: MessagePlan | undefined;
  readonly responsePlan: MessagePlan | undefined;
}

/** Services that are counted as a whole instead of method by method. */
const COUNTED_AS_A_WHOLE: ReadonlySet<string> = new Set([
  'ory.keto.relation_tuples.v1alpha2.VersionService',
  'ory.keto.opl.v1alpha1.SyntaxService',
  'grpc.health.v1.Health',
  'grpc.reflection.v1.ServerReflection',
  'grpc.reflection.v1alpha.ServerReflection',
]);

/** The methods of the services by their path. A service that is named twice is taken once, the last wins. */
export function rpcMethods(services: readonly RpcService[]): ReadonlyMap<string, RpcMethod> {
  const methods = new Map<string, RpcMethod>();
  for (const { descriptor: service, handlers } of services) {
    const types = createRegistry(service.file, ...service.file.dependencies);
    for (const descriptor of service.methods) {
      const handler = handlers[descriptor.localName];
      if (handler === undefined) throw new Error(`BUG: ${service.typeName}.${descriptor.name} has no handler`);
      const path = `/${service.typeName}/${descriptor.name}`;
      const endpoint = COUNTED_AS_A_WHOLE.has(service.typeName) ? `/${service.typeName}/` : path;
      const [requestPlan, responsePlan] = [planMessage(descriptor.input), planMessage(descriptor.output)];
      methods.set(path, { descriptor, path, endpoint, handler, types, requestPlan, responsePlan });
    }
  }
  return methods;
}
