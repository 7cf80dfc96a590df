import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  type ExtensionRequest,
  type ServerReflectionRequest,
  ServerReflectionRequestSchema,
  type ServerReflectionResponse,
  ServerReflectionResponseSchema,
  ServerReflection as ServerReflectionV1,
} from '#gen/grpc/reflection/v1/reflection_pb.js';
import {
  ServerReflection as ServerReflectionV1Alpha,
  ServerReflectionRequestSchema as V1AlphaRequestSchema,
  ServerReflectionResponseSchema as V1AlphaResponseSchema,
} from '#gen/grpc/reflection/v1alpha/reflection_pb.js';
import { InvalidArgumentError } from '../errors.ts';
import { implement, type RpcService } from '../service/rpc-service.ts';
import { DescriptorIndex } from './descriptor-index.ts';

/** The number of the gRPC status NOT_FOUND. */
const NOT_FOUND = 5;

type Answer = ServerReflectionResponse['messageResponse'];

/**
 * Server reflection over the given services and the files they need, in both versions of the
 * protocol (contract: gRPC §7). Services are listed in the order given.
 */
export function reflectionServices({ services }: { readonly services: readonly RpcService[] }): readonly RpcService[] {
  const index = new DescriptorIndex(services.map(({ descriptor }) => descriptor));
  return [
    implement(ServerReflectionV1, { serverReflectionInfo: (requests) => answers(index, requests) }),
    implement(ServerReflectionV1Alpha, {
      // The two versions differ in the name of the package only.
      async *serverReflectionInfo(requests) {
        const v1Requests = mapped(requests, (request) =>
          fromBinary(ServerReflectionRequestSchema, toBinary(V1AlphaRequestSchema, request)),
        );
        yield* mapped(answers(index, v1Requests), (answer) =>
          fromBinary(V1AlphaResponseSchema, toBinary(ServerReflectionResponseSchema, answer)),
        );
      },
    }),
  ];
}

async function* answers(
  index: DescriptorIndex,
  requests: AsyncIterable<ServerReflectionRequest>,
): AsyncIterable<ServerReflectionResponse> {
  // A client keeps what it got, so each file is sent once a stream.
  const sent = new Set<string>();
  for await (const request of requests) {
    yield create(ServerReflectionResponseSchema, {
      validHost: request.host,
      originalRequest: request,
      messageResponse: answer(index, request, sent),
    });
  }
}

function answer(index: DescriptorIndex, { messageRequest: asked }: ServerReflectionRequest, sent: Set<string>): Answer {
  switch (asked.case) {
    case 'listServices': {
      const service = index.serviceNames.map((name) => ({
        $typeName: 'grpc.reflection.v1.ServiceResponse' as const,
        name,
      }));
      return {
        case: 'listServicesResponse',
        value: { $typeName: 'grpc.reflection.v1.ListServiceResponse', service },
      };
    }
    case 'fileByFilename':
      return files(index, index.fileNamed(asked.value), `no file "${asked.value}"`, sent);
    case 'fileContainingSymbol':
      return files(index, index.fileOfSymbol(asked.value), `no symbol "${asked.value}"`, sent);
    case 'fileContainingExtension':
      return notFound(noExtension(asked.value));
    case 'allExtensionNumbersOfType':
      return extensionNumbers(index, asked.value);
    case undefined:
      throw new InvalidArgumentError({ message: 'invalid MessageRequest: nothing is asked for' });
  }
}

function files(index: DescriptorIndex, name: string | undefined, failure: string, sent: Set<string>): Answer {
  if (name === undefined) return notFound(failure);
  const fileDescriptorProto = index.withDependencies(name, sent);
  return {
    case: 'fileDescriptorResponse',
    value: { $typeName: 'grpc.reflection.v1.FileDescriptorResponse', fileDescriptorProto },
  };
}

/** Messages of proto3 have no extensions. */
function extensionNumbers(index: DescriptorIndex, baseTypeName: string): Answer {
  if (!index.isMessage(baseTypeName)) return notFound(`no message "${baseTypeName}"`);
  return {
    case: 'allExtensionNumbersResponse',
    value: { $typeName: 'grpc.reflection.v1.ExtensionNumberResponse', baseTypeName, extensionNumber: [] },
  };
}

function noExtension({ containingType, extensionNumber }: ExtensionRequest): string {
  return `no extension ${extensionNumber} of "${containingType}"`;
}

function notFound(errorMessage: string): Answer {
  return {
    case: 'errorResponse',
    value: { $typeName: 'grpc.reflection.v1.ErrorResponse', errorCode: NOT_FOUND, errorMessage },
  };
}

async function* mapped<T, U>(items: AsyncIterable<T>, map: (item: T) => U): AsyncIterable<U> {
  for await (const item of items) yield map(item);
}
