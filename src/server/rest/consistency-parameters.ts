import type { MessageInitShape } from '@bufbuild/protobuf';
import type { ConsistencySchema } from '#gen/stheno/v1/consistency_pb.js';
import { InvalidArgumentError } from '../../errors.ts';
import type { QueryParameters } from './query-parameters.ts';

/**
 * `snaptoken` and `latest` of the query, for the message fields of the same names.
 * @throws {InvalidArgumentError} when `latest` is neither true nor false
 */
export function consistencyOf(query: QueryParameters): { snaptoken: string; latest: boolean } {
  return { snaptoken: query.first('snaptoken') ?? '', latest: latestOf(query) };
}

/**
 * `snaptoken`, `latest` and `consistency` of the query, for messages that have a `Consistency`. The strictest wish wins:
 * `latest`, then a snaptoken, then `consistency=minimize_latency`.
 * @throws {InvalidArgumentError} when `latest` is neither true nor false, and for a consistency that does not exist
 */
export function consistencyMessageOf(query: QueryParameters): MessageInitShape<typeof ConsistencySchema> {
  const { snaptoken, latest } = consistencyOf(query);
  const choice = choiceOf(query);
  if (latest || choice === 'latest') return { requirement: { case: 'latest', value: true } };
  if (snaptoken !== '') return { requirement: { case: 'atLeastAsFresh', value: snaptoken } };
  return choice === undefined ? {} : { requirement: { case: 'minimizeLatency', value: true } };
}

function choiceOf(query: QueryParameters): 'latest' | 'minimize_latency' | undefined {
  const text = query.first('consistency');
  switch (text) {
    case undefined:
    case '':
      return undefined;
    case 'latest':
    case 'minimize_latency':
      return text;
    default:
      throw new InvalidArgumentError({
        message: `query parameter "consistency" must be latest or minimize_latency, not ${JSON.stringify(text)}`,
      });
  }
}

function latestOf(query: QueryParameters): boolean {
  const text = query.first('latest');
  switch (text) {
    case undefined:
    case 'false':
      return false;
    case '':
    case 'true':
      return true;
    default:
      throw new InvalidArgumentError({
        message: `query parameter "latest" must be true or false, not ${JSON.stringify(text)}`,
      });
  }
}
