import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { fromBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import {
  ServerReflection,
  type ServerReflectionRequestSchema,
  type ServerReflectionResponse,
} from '#gen/grpc/reflection/v1/reflection_pb.js';
import { ServerReflection as ServerReflectionV1Alpha } from '#gen/grpc/reflection/v1alpha/reflection_pb.js';
import { ReadService } from '#gen/ory/keto/relation_tuples/v1alpha2/read_service_pb.js';
import type { Listener } from '../../src/server/listener.ts';
import { reflectionServices } from '../../src/server/reflection-service.ts';
import { checkService } from './support/check-service.ts';
import { openListener } from './support/open-listener.ts';

type Question = MessageInitShape<typeof ServerReflectionRequestSchema>;

const PACKAGE = 'ory.keto.relation_tuples.v1alpha2';
const DIRECTORY = 'ory/keto/relation_tuples/v1alpha2';
const readService = { descriptor: ReadService, handlers: { listRelationTuples: () => assert.fail() } };

describe('reflection', () => {
  let listener: Listener;
  before(async () => {
    const services = [readService, checkService];
    listener = await openListener({ services: [...services, ...reflectionServices({ services })] });
  });
  after(() => listener.close({ graceMs: 0 }));
  const transport = () => createGrpcTransport({ baseUrl: `http://${listener.address}`, idleConnectionTimeoutMs: 1 });

  async function ask(...questions: Question[]): Promise<ServerReflectionResponse[]> {
    const answers: ServerReflectionResponse[] = [];
    async function* requests() {
      yield* questions;
    }
    for await (const answer of createClient(ServerReflection, transport()).serverReflectionInfo(requests()))
      answers.push(answer);
    return answers;
  }

  const files = ({ messageResponse }: ServerReflectionResponse): string[] => {
    assert.equal(messageResponse.case, 'fileDescriptorResponse');
    return messageResponse.value.fileDescriptorProto.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes).name);
  };

  it('lists the services in their order', async () => {
    const [answer] = await ask({ host: 'h', messageRequest: { case: 'listServices', value: '' } });
    assert.equal(answer?.validHost, 'h');
    assert.deepEqual(answer?.originalRequest?.messageRequest, { case: 'listServices', value: '' });
    assert.equal(answer?.messageResponse.case, 'listServicesResponse');
    const names = answer.messageResponse.value.service.map(({ name }) => name);
    assert.deepEqual(names, [`${PACKAGE}.ReadService`, `${PACKAGE}.CheckService`]);
  });

  it('lists the services in v1alpha too', async () => {
    async function* requests() {
      yield { messageRequest: { case: 'listServices' as const, value: '' } };
    }
    for await (const answer of createClient(ServerReflectionV1Alpha, transport()).serverReflectionInfo(requests())) {
      assert.equal(answer.messageResponse.case, 'listServicesResponse');
      assert.equal(answer.messageResponse.value.service.length, 2);
    }
  });

  for (const { symbol, file } of [
    { symbol: `${PACKAGE}.CheckService`, file: 'check_service' },
    { symbol: `${PACKAGE}.CheckService.Check`, file: 'check_service' },
    { symbol: `${PACKAGE}.CheckRequest`, file: 'check_service' },
    { symbol: `${PACKAGE}.CheckRequest.max_depth`, file: 'check_service' },
    { symbol: `${PACKAGE}.ListRelationTuplesRequest.Query`, file: 'read_service' },
    { symbol: `${PACKAGE}.Subject.ref`, file: 'relation_tuples' },
  ]) {
    it(`finds the file of ${symbol}`, async () => {
      const [answer] = await ask({ messageRequest: { case: 'fileContainingSymbol', value: symbol } });
      assert.equal(files(answer ?? assert.fail())[0], `${DIRECTORY}/${file}.proto`);
    });
  }

  it('sends a file with what it imports, each once a stream', async () => {
    const read = { messageRequest: { case: 'fileByFilename' as const, value: `${DIRECTORY}/read_service.proto` } };
    const check = { messageRequest: { case: 'fileByFilename' as const, value: `${DIRECTORY}/check_service.proto` } };
    const [first, second, third] = (await ask(read, check, read)).map(files);
    assert.deepEqual(first?.sort(), [
      'google/protobuf/field_mask.proto',
      `${DIRECTORY}/read_service.proto`,
      `${DIRECTORY}/relation_tuples.proto`,
    ]);
    assert.deepEqual([second, third], [[`${DIRECTORY}/check_service.proto`], []]);
  });

  for (const question of [
    { case: 'fileContainingSymbol', value: 'nope.Nope' },
    { case: 'fileContainingSymbol', value: 'grpc.health.v1.Health' },
    { case: 'fileByFilename', value: 'nope.proto' },
    { case: 'allExtensionNumbersOfType', value: 'nope.Nope' },
    { case: 'fileContainingExtension', value: { containingType: `${PACKAGE}.CheckRequest`, extensionNumber: 1 } },
  ] as const) {
    it(`does not find ${JSON.stringify(question)}`, async () => {
      const [answer] = await ask({ messageRequest: question as Question['messageRequest'] & object });
      assert.equal(answer?.messageResponse.case, 'errorResponse');
      assert.equal(answer.messageResponse.value.errorCode, 5);
    });
  }

  it('knows that messages have no extensions', async () => {
    const [answer] = await ask({
      messageRequest: { case: 'allExtensionNumbersOfType', value: `${PACKAGE}.CheckRequest` },
    });
    assert.equal(answer?.messageResponse.case, 'allExtensionNumbersResponse');
    assert.equal(answer.messageResponse.value.baseTypeName, `${PACKAGE}.CheckRequest`);
    assert.deepEqual(answer.messageResponse.value.extensionNumber, []);
  });

  it('ends the stream when nothing is asked for', async () => {
    const error = await ask({}).then(() => assert.fail('it was answered'), ConnectError.from);
    assert.equal(error.code, Code.InvalidArgument);
    assert.match(error.rawMessage, /^invalid MessageRequest:/);
  });

  it('answers no question with nothing', async () => {
    assert.deepEqual(await ask(), []);
  });
});
