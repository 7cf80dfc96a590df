import { setTimeout as sleep } from 'node:timers/promises';
import { create } from '@bufbuild/protobuf';
import {
  BatchCheckResponseSchema,
  type CheckRequest,
  type CheckResponse,
  CheckResponseSchema,
  CheckService,
} from '#gen/ory/keto/relation_tuples/v1alpha2/check_service_pb.js';
import { MissingSubjectError, NamespaceNotFoundError } from '../../../src/errors.ts';
import { type Call, implement, type RpcService } from '../../../src/service/rpc-service.ts';

/** Signals of the calls to the namespace `hang`, in their order. */
export const hanging: AbortSignal[] = [];

/** Of the calls to the namespace `held`, in their order: each is answered when its function is called. */
export const held: (() => void)[] = [];

/** A CheckService that behaves as the namespace it is asked about says. */
export const checkService: RpcService = implement(CheckService, {
  check: answer,
  // Not async: the lane answers such calls in the same turn.
  batchCheck: ({ tuples }) =>
    create(BatchCheckResponseSchema, { results: tuples.map(({ object }) => ({ allowed: true, snaptoken: object })) }),
});

async function answer({ namespace, object }: CheckRequest, call: Call): Promise<CheckResponse> {
  switch (namespace) {
    case 'unknown':
      throw new NamespaceNotFoundError(object);
    case 'no subject':
      throw new MissingSubjectError();
    case 'fault':
      throw new Error('postgres://keto:secret@db');
    case 'slow':
      await sleep(100);
      break;
    case 'held':
      await new Promise<void>((resolve) => held.push(resolve));
      break;
    case 'hang':
      hanging.push(call.signal);
      await new Promise((_resolve, reject) => {
        call.signal.addEventListener('abort', () => reject(call.signal.reason));
      });
      break;
    case 'echo header':
      call.setHeader('stheno-echo', call.header('stheno-ask') ?? 'none');
      break;
  }
  return create(CheckResponseSchema, { allowed: namespace === 'videos', snaptoken: object });
}
