import type { MessageInitShape } from '@bufbuild/protobuf';
import { ExplainService } from '#gen/stheno/v1/explain_service_pb.js';
import {
  SubjectFilter_Kind as Kind,
  LookupService,
  type SubjectFilterSchema,
} from '#gen/stheno/v1/lookup_service_pb.js';
import { type Explanation, explanationFromProto } from '../../client/explain.ts';
import { subjectFromProto, subjectToProto, tupleToProto } from '../../service/messages.ts';
import type { RelationTuple, Subject } from '../../tuple/relation-tuple.ts';
import type { GrpcClient } from '../grpc-client.ts';
import { RpcError } from '../rpc-error.ts';
import type { ObjectsQuestion, SubjectsQuestion } from './test-file.ts';
import { type Found, RefusedQuestionError, type TestTarget } from './test-target.ts';

const MAX_STEPS = 10_000;
const PAGE_SIZE = 1000;

/** A server, asked about what it stores by its own model: nothing of a test file is written to it. */
export class RemoteTarget implements TestTarget {
  readonly #client: GrpcClient;

  constructor(client: GrpcClient) {
    this.#client = client;
  }

  async prepare(): Promise<void> {}

  async explain(question: RelationTuple, maxDepth = 0): Promise<Explanation> {
    const request = { tuple: tupleToProto(question), maxDepth, maxSteps: MAX_STEPS };
    return explanationFromProto(await orRefused(this.#client.call(ExplainService.method.explain, request)));
  }

  listObjects({ subject, ...question }: ObjectsQuestion, maxDepth = 0): Promise<Found<string>> {
    const request = { ...question, subject: subjectToProto(subject), maxDepth, pageSize: PAGE_SIZE };
    return readPages(async (pageToken) => {
      const page = await orRefused(this.#client.call(LookupService.method.listObjects, { ...request, pageToken }));
      return { ...page, found: page.objects };
    });
  }

  listSubjects({ set, filter }: SubjectsQuestion, maxDepth = 0): Promise<Found<Subject>> {
    const { namespace, object, relation } = set;
    const question = { namespace, object, relation, filter: filterToProto(filter) };
    const request = { ...question, maxDepth, pageSize: PAGE_SIZE };
    return readPages(async (pageToken) => {
      const page = await orRefused(this.#client.call(LookupService.method.listSubjects, { ...request, pageToken }));
      return { ...page, found: page.subjects.map(subjectFromProto).filter((subject) => subject !== undefined) };
    });
  }
}

interface Page<T> {
  readonly found: readonly T[];
  readonly limitation: string;
  readonly nextPageToken: string;
}

async function readPages<T>(readPage: (token: string) => Promise<Page<T>>): Promise<Found<T>> {
  const found: T[] = [];
  let limitation = '';
  for (let token: string | undefined = ''; token !== undefined; ) {
    const page = await readPage(token);
    found.push(...page.found);
    limitation ||= page.limitation;
    token = page.nextPageToken || undefined;
  }
  return { found, limitation: limitation === '' ? undefined : limitation.toLowerCase() };
}

function filterToProto({
  kind,
  namespace,
  relation,
}: SubjectsQuestion['filter']): MessageInitShape<typeof SubjectFilterSchema> {
  return {
    kind: kind === undefined ? Kind.UNSPECIFIED : kind === 'id' ? Kind.ID : Kind.SET,
    ...(namespace !== undefined && { namespace }),
    ...(relation !== undefined && { relation }),
  };
}

/** The codes of questions that the server has understood and does not answer; others end the run. */
const REFUSALS: ReadonlySet<string> = new Set(['InvalidArgument', 'NotFound', 'FailedPrecondition']);

async function orRefused<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof RpcError) || !REFUSALS.has(error.code)) throw error;
    throw new RefusedQuestionError(error.reason ?? error.message);
  }
}
