import {
  create,
  type DescMessage,
  type DescMethodUnary,
  fromBinary,
  type MessageInitShape,
  toBinary,
} from '@bufbuild/protobuf';
import { type Metadata, Server, ServerCredentials, type UntypedServiceImplementation } from '@grpc/grpc-js';

/** A call that a {@link TestServer} has got. */
export interface ReceivedCall {
  readonly path: string;
  readonly host: string;
  readonly metadata: Metadata;
}

/** A gRPC server that answers fixed messages and remembers who asked. */
export class TestServer implements Disposable {
  readonly calls: ReceivedCall[] = [];
  readonly #server = new Server();

  /** Answers `method` with the messages in turn; the last one is repeated. */
  answer<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>,
    ...answers: MessageInitShape<O>[]
  ): this {
    const path = `/${method.parent.typeName}/${method.name}`;
    const definition = {
      path,
      requestStream: false,
      responseStream: false,
      requestSerialize: (message: Buffer) => message,
      requestDeserialize: (bytes: Buffer) => fromBinary(method.input, bytes),
      responseSerialize: (bytes: Buffer) => bytes,
      responseDeserialize: (bytes: Buffer) => bytes,
    };
    const implementation: UntypedServiceImplementation = {
      [method.name]: (call: { metadata: Metadata; getHost(): string }, callback: (e: null, bytes: Buffer) => void) => {
        this.calls.push({ path, host: call.getHost(), metadata: call.metadata });
        const [answer] = answers.length > 1 ? answers.splice(0, 1) : answers;
        callback(null, Buffer.from(toBinary(method.output, create(method.output, answer))));
      },
    };
    this.#server.addService({ [method.name]: definition }, implementation);
    return this;
  }

  /** @returns the port */
  listen(credentials = ServerCredentials.createInsecure(), port = 0): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.bindAsync(`127.0.0.1:${port}`, credentials, (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
  }

  [Symbol.dispose](): void {
    this.#server.forceShutdown();
  }
}
