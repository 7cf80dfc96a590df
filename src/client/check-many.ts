import { CheckService } from '#gen/ory/keto/relation_tuples/v1alpha2/check_service_pb.js';
import { tupleToProto } from '../service/messages.ts';
import type { Caller } from './caller.ts';
import type { CheckDetails } from './check.ts';
import type { DepthOptions } from './client-options.ts';
import { integerOption } from './integer-option.ts';
import { type TupleInput, toTuple } from './tuple-input.ts';

/** The answer to one of many checks. */
export interface CheckManyResult extends CheckDetails {
  /** Why this check has no answer; `allowed` is false then. Undefined when it has one. */
  readonly error: string | undefined;
}

/** @throws {RequestError} */
export async function checkMany(
  caller: Caller,
  tuples: readonly TupleInput[],
  options: DepthOptions,
): Promise<CheckManyResult[]> {
  const { message, headers } = await caller.call(CheckService.method.batchCheck, {
    port: 'read',
    message: {
      tuples: tuples.map((tuple) => tupleToProto(toTuple(tuple))),
      maxDepth: integerOption('maxDepth', options.maxDepth),
      ...caller.freshness(options),
    },
    options,
  });
  const limitations = limitationsOf(headers.get('stheno-limitation') ?? '');
  return message.results.map(({ allowed, error, snaptoken }, index) => ({
    allowed,
    error: error || undefined,
    limitation: limitations.get(index) ?? (allowed || error ? undefined : limitations.after(index)),
    snaptoken: caller.remember(snaptoken),
  }));
}

interface Limitations {
  get(index: number): string | undefined;
  /** That of results too late to be named one by one. */
  after(index: number): string | undefined;
}

/** `3=DEPTH,7=DEPTH`: results by their index; `*=DEPTH` stands for denials behind the last one named. */
function limitationsOf(header: string): Limitations {
  const named = new Map<number, string>();
  let last = -1;
  let rest: string | undefined;
  for (const [, index, name = ''] of header.matchAll(/(\d+|\*)=([^,]+)/g)) {
    const limitation = name.trim().toLowerCase();
    if (index === '*') {
      rest = limitation;
      continue;
    }
    last = Number(index);
    named.set(last, limitation);
  }
  return { get: (index) => named.get(index), after: (index) => (index > last ? rest : undefined) };
}
