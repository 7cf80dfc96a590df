/**
 * The server under test of the Connect conformance suite (github.com/connectrpc/conformance,
 * docs/testing_servers.md): reads from standard input what to serve, serves the suite's service on
 * one of our listeners, writes to standard output where it listens, and runs until it is ended.
 *
 * Argument: the suite's protos as a FileDescriptorSet (see connect-conformance.sh).
 */
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  create,
  createFileRegistry,
  type DescMessage,
  type FileRegistry,
  fromBinary,
  type Message,
  type MessageInitShape,
  toBinary,
} from '@bufbuild/protobuf';
import { type Any, anyPack, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { type Code, ConnectError } from '@connectrpc/connect';
import { SthenoError } from '../src/errors.ts';
import { Listener } from '../src/server/listener.ts';
import { ServerCall } from '../src/server/server-call.ts';
import type { StreamCall } from '../src/server/stream-call.ts';
import type { RpcService } from '../src/service/rpc-service.ts';

const PACKAGE = 'connectrpc.conformance.v1';

// The parts of the suite's messages that are used here. They are built from descriptors, so nothing of them is generated.

interface Header {
  readonly name: string;
  readonly value: readonly string[];
}

interface ErrorDefinition {
  readonly code: Code;
  readonly message?: string;
  readonly details: readonly Any[];
}

interface UnaryDefinition {
  readonly responseHeaders: readonly Header[];
  readonly responseTrailers: readonly Header[];
  readonly responseDelayMs: number;
  readonly response:
    | { readonly case: 'responseData'; readonly value: Uint8Array }
    | { readonly case: 'error'; readonly value: ErrorDefinition }
    | { readonly case: undefined };
}

interface StreamDefinition {
  readonly responseHeaders: readonly Header[];
  readonly responseTrailers: readonly Header[];
  readonly responseDelayMs: number;
  readonly responseData: readonly Uint8Array[];
  readonly error?: ErrorDefinition;
}

type UnaryRequest = Message & { readonly responseDefinition?: UnaryDefinition };
type StreamRequest = Message & { readonly responseDefinition?: StreamDefinition; readonly fullDuplex?: boolean };
type ConformanceCall = ServerCall | StreamCall;

class ConformanceService {
  readonly #registry: FileRegistry;

  constructor(registry: FileRegistry) {
    this.#registry = registry;
  }

  get service(): RpcService {
    const descriptor = this.#registry.getService(`${PACKAGE}.ConformanceService`);
    if (descriptor === undefined) throw new Error('the descriptor set has no ConformanceService');
    const handlers: Record<string, (input: never, call: never) => unknown> = {
      unary: (request: UnaryRequest, call: ConformanceCall) => this.#unary('UnaryResponse', [request], call),
      idempotentUnary: (request: UnaryRequest, call: ConformanceCall) =>
        this.#unary('IdempotentUnaryResponse', [request], call),
      unimplemented: () => {
        throw new SthenoError('unimplemented', { message: 'not implemented' });
      },
      clientStream: async (requests: AsyncIterable<UnaryRequest>, call: ConformanceCall) =>
        this.#unary('ClientStreamResponse', await collect(requests), call),
      serverStream: (request: StreamRequest, call: ConformanceCall) =>
        this.#stream('ServerStreamResponse', request.responseDefinition, [request], call),
      bidiStream: (requests: AsyncIterable<StreamRequest>, call: ConformanceCall) => this.#bidi(requests, call),
    };
    return { descriptor, handlers };
  }

  async #unary(type: string, requests: readonly UnaryRequest[], call: ConformanceCall): Promise<Message> {
    const definition = requests[0]?.responseDefinition;
    const info = this.#requestInfo(requests, call);
    if (definition !== undefined) {
      announce(definition, call);
      await sleep(definition.responseDelayMs);
      if (definition.response.case === 'error') throw this.#error(definition.response.value, info);
    }
    const data = definition?.response.case === 'responseData' ? definition.response.value : new Uint8Array();
    return this.#response(type, data, info);
  }

  async *#stream(
    type: string,
    definition: StreamDefinition | undefined,
    requests: readonly StreamRequest[],
    call: ConformanceCall,
  ): AsyncIterable<Message> {
    if (definition === undefined) return;
    announce(definition, call);
    let info: Message | undefined = this.#requestInfo(requests, call);
    for (const data of definition.responseData) {
      await sleep(definition.responseDelayMs);
      yield this.#response(type, data, info);
      info = undefined;
    }
    if (definition.error !== undefined) throw this.#error(definition.error, info);
  }

  async *#bidi(requests: AsyncIterable<StreamRequest>, call: ConformanceCall): AsyncIterable<Message> {
    const iterator = requests[Symbol.asyncIterator]();
    const first = await iterator.next();
    if (first.done === true) return;
    const rest: AsyncIterable<StreamRequest> = { [Symbol.asyncIterator]: () => iterator };
    const definition = first.value.responseDefinition;
    if (first.value.fullDuplex === true) yield* this.#alternating(definition, first.value, rest, call);
    else yield* this.#stream('BidiStreamResponse', definition, [first.value, ...(await collect(rest))], call);
  }

  /** One response for each request as it comes; those that are left follow. */
  async *#alternating(
    definition: StreamDefinition | undefined,
    first: StreamRequest,
    rest: AsyncIterable<StreamRequest>,
    call: ConformanceCall,
  ): AsyncIterable<Message> {
    if (definition !== undefined) announce(definition, call);
    const left = [...(definition?.responseData ?? [])];
    let sent = 0;
    for await (const request of prepend(first, rest)) {
      const data = left.shift();
      if (data === undefined) break;
      await sleep(definition?.responseDelayMs ?? 0);
      yield this.#response(
        'BidiStreamResponse',
        data,
        sent === 0 ? this.#requestInfo([request], call) : this.#echo([request]),
      );
      sent += 1;
    }
    for (const data of left) {
      await sleep(definition?.responseDelayMs ?? 0);
      yield this.#response('BidiStreamResponse', data, sent === 0 ? this.#requestInfo([first], call) : undefined);
      sent += 1;
    }
    if (definition?.error !== undefined) {
      throw this.#error(definition.error, sent === 0 ? this.#requestInfo([first], call) : undefined);
    }
  }

  #response(type: string, data: Uint8Array, requestInfo: Message | undefined): Message {
    const payload = this.#create('ConformancePayload', { data, ...(requestInfo === undefined ? {} : { requestInfo }) });
    return this.#create(type, { payload });
  }

  #requestInfo(requests: readonly Message[], call: ConformanceCall): Message {
    const headers = call instanceof ServerCall ? Object.entries(call.requestHeaders) : [...call.requestHeaders];
    const requestHeaders = headers
      .filter(([name]) => !name.startsWith(':'))
      .map(([name, value]) => ({ name, value: Array.isArray(value) ? value : String(value).split(', ') }));
    const timeoutMs = timeoutOf(call);
    return this.#create('ConformancePayload.RequestInfo', {
      requestHeaders,
      requests: requests.map((request) => this.#pack(request)),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
  }

  #echo(requests: readonly Message[]): Message {
    return this.#create('ConformancePayload.RequestInfo', { requests: requests.map((request) => this.#pack(request)) });
  }

  #error({ code, message, details }: ErrorDefinition, info: Message | undefined): ConnectError {
    const all = info === undefined ? details : [...details, this.#pack(info)];
    const error = new ConnectError(message ?? '', code);
    error.details = all.map(({ typeUrl, value }) => ({ type: typeUrl.slice(typeUrl.lastIndexOf('/') + 1), value }));
    return error;
  }

  #pack(message: Message): Any {
    return anyPack(this.#schema(message.$typeName), message);
  }

  #create(name: string, init: object): Message {
    return create(this.#schema(`${PACKAGE}.${name}`), init as MessageInitShape<DescMessage>); // as the suite's protos say
  }

  #schema(typeName: string): DescMessage {
    const schema = this.#registry.getMessage(typeName);
    if (schema === undefined) throw new Error(`the descriptor set has no ${typeName}`);
    return schema;
  }
}

function announce(
  definition: Pick<UnaryDefinition, 'responseHeaders' | 'responseTrailers'>,
  call: ConformanceCall,
): void {
  for (const { name, value } of definition.responseHeaders)
    for (const one of value) call.appendHeader(name.toLowerCase(), one);
  for (const { name, value } of definition.responseTrailers)
    for (const one of value) call.appendTrailer(name.toLowerCase(), one);
}

function timeoutOf(call: ConformanceCall): bigint | undefined {
  const connect = call.header('connect-timeout-ms');
  if (connect !== undefined) return BigInt(connect);
  const [, digits, unit] = /^(\d+)([HMSmun])$/.exec(call.header('grpc-timeout') ?? '') ?? [];
  if (digits === undefined || unit === undefined) return undefined;
  const nanoseconds = { H: 3_600_000_000_000n, M: 60_000_000_000n, S: 1_000_000_000n, m: 1_000_000n, u: 1_000n, n: 1n };
  return (BigInt(digits) * nanoseconds[unit as keyof typeof nanoseconds]) / 1_000_000n; // one of the units above
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function* prepend<T>(first: T, rest: AsyncIterable<T>): AsyncIterable<T> {
  yield first;
  yield* rest;
}

/** Messages on standard input and output follow their length, four bytes, big endian. */
async function readSized(): Promise<Buffer> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of process.stdin) {
    bytes = Buffer.concat([bytes, chunk]);
    if (bytes.byteLength >= 4 && bytes.byteLength >= 4 + bytes.readUInt32BE(0)) break;
  }
  return bytes.subarray(4, 4 + bytes.readUInt32BE(0));
}

function writeSized(message: Uint8Array): void {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.byteLength);
  process.stdout.write(Buffer.concat([length, message]));
}

interface ServerCompatRequest {
  readonly useTls: boolean;
  readonly messageReceiveLimit: number;
  readonly serverCreds?: { readonly cert: Uint8Array; readonly key: Uint8Array };
}

const descriptors = await readFile(process.argv[2] ?? '');
const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, descriptors));
const requestSchema = registry.getMessage(`${PACKAGE}.ServerCompatRequest`);
const responseSchema = registry.getMessage(`${PACKAGE}.ServerCompatResponse`);
if (requestSchema === undefined || responseSchema === undefined)
  throw new Error('the descriptor set is not the suite’s');
const { useTls, messageReceiveLimit, serverCreds } = fromBinary(
  requestSchema,
  await readSized(),
) as unknown as ServerCompatRequest; // the schema says so
const tls =
  useTls && serverCreds !== undefined
    ? { cert: Buffer.from(serverCreds.cert), key: Buffer.from(serverCreds.key) }
    : undefined;
const listener = await Listener.listen({
  name: 'conformance',
  host: '127.0.0.1',
  port: 0,
  tls,
  services: [new ConformanceService(registry).service],
  fallback: (_request, response) => {
    response.writeHead(404);
    response.end();
  },
  limits: messageReceiveLimit === 0 ? {} : { maxMessageBytes: messageReceiveLimit },
  logger: {
    error: (fields, message) => console.error(message, fields),
    debug: () => {},
  },
});
const response = { host: '127.0.0.1', port: listener.port, pemCert: tls?.cert ?? new Uint8Array() };
writeSized(toBinary(responseSchema, create(responseSchema, response as MessageInitShape<DescMessage>))); // as above
