import { CheckService } from '#gen/ory/keto/relation_tuples/v1alpha2/check_service_pb.js';
import { tupleToProto } from '../service/messages.ts';
import type { Caller } from './caller.ts';
import type { DepthOptions } from './client-options.ts';
import { integerOption } from './integer-option.ts';
import { type TupleInput, toTuple } from './tuple-input.ts';

/** The answer to a check with everything that is known about it. */
export interface CheckDetails {
  /** Whether the subject has the relation or permission. */
  readonly allowed: boolean;
  /**
   * Which limit kept the server from finding out, so that it answered with no: `depth`, for example.
   * Undefined when the answer is certain.
   */
  readonly limitation: string | undefined;
  /** The state that was looked at. */
  readonly snaptoken: string;
}

/** @throws {RequestError} */
export async function check(caller: Caller, tuple: TupleInput, options: DepthOptions): Promise<CheckDetails> {
  const { message, headers } = await caller.call(CheckService.method.check, {
    port: 'read',
    message: {
      tuple: tupleToProto(toTuple(tuple)),
      maxDepth: integerOption('maxDepth', options.maxDepth),
      ...caller.freshness(options),
    },
    options,
  });
  return {
    allowed: message.allowed,
    limitation: headers.get('stheno-limitation')?.toLowerCase(),
    snaptoken: caller.remember(message.snaptoken),
  };
}
