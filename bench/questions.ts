import { create, toBinary } from '@bufbuild/protobuf';
import { CheckRequestSchema } from '#gen/ory/keto/relation_tuples/v1alpha2/check_service_pb.js';
import type { Question } from './load/window.ts';

export const CHECK_PATH = '/ory.keto.relation_tuples.v1alpha2.CheckService/Check';
export const HEALTH_PATH = '/grpc.health.v1.Health/Check';

/** The namespaces that a benched server is configured with. */
export const NAMESPACES = 'namespaces: [{ id: 0, name: files }]';

/** How many direct tuples a world stores, and how many of them the questions go round. */
const STORED = 20_000;
const ASKED = 2_000;

interface Direct {
  readonly object: string;
  readonly user: string;
}

/** The tuples `files:file-N#view@user-N`. */
export function storedTuples(): Direct[] {
  return Array.from({ length: STORED }, (_, index) => ({ object: `file-${index}`, user: `user-${index}` }));
}

/** Tuples spread over the stored ones, every second with a user who has no access. */
export function askedTuples(): (Direct & { readonly isAllowed: boolean })[] {
  const step = STORED / ASKED;
  return Array.from({ length: ASKED }, (_, index) => {
    const isAllowed = index % 2 === 0;
    const place = index * step;
    return { object: `file-${place}`, user: isAllowed ? `user-${place}` : 'stranger', isAllowed };
  });
}

/** A gRPC Check of one direct tuple. */
export function grpcQuestion({ object, user, isAllowed }: Direct & { isAllowed: boolean }): Question {
  const subject = { ref: { case: 'id', value: user } } as const;
  const request = create(CheckRequestSchema, { tuple: { namespace: 'files', object, relation: 'view', subject } });
  return { bytes: Buffer.from(toBinary(CheckRequestSchema, request)).toString('base64'), isAllowed };
}

/** The same check over REST, with the tuple in the query. */
export function restQuestion({ object, user, isAllowed }: Direct & { isAllowed: boolean }): Question {
  const query = `namespace=files&object=${object}&relation=view&subject_id=${user}`;
  const request = `GET /relation-tuples/check?${query} HTTP/1.1\r\nhost: 127.0.0.1\r\nuser-agent: stheno-bench\r\n\r\n`;
  return { bytes: Buffer.from(request).toString('base64'), isAllowed };
}

/** gRPC health of the whole server: an empty message, and SERVING is 1. */
export const healthQuestion: Question = { bytes: '', isAllowed: true };
