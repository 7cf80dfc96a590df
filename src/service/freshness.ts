import type { Consistency } from '#gen/stheno/v1/consistency_pb.js';
import { InvalidArgumentError } from '../errors.ts';
import type { Revision } from '../persistence/revision.ts';
import type { Call } from './rpc-service.ts';
import type { Snaptokens } from './snaptokens.ts';

/** How fresh the facts of an answer must be, as the engine takes it. */
export interface Freshness {
  readonly minRevision: Revision | undefined;
  readonly mayBeStale: boolean;
}

/** Where Keto's messages have no field for a choice, metadata takes its place. */
const CONSISTENCY = 'stheno-consistency';

/**
 * What a request asks for. Without a snaptoken, and with `latest`, it is every write that was acknowledged anywhere
 * before; with a snaptoken, what that token has. `stheno-consistency: minimize-latency` takes what this server
 * has at hand, but a token still counts, and so does `latest`: the stricter wish wins.
 * @throws {InvalidArgumentError} for a token of another network and for a choice that does not exist
 */
export function freshnessOf(
  { snaptoken, latest = false }: { snaptoken: string; latest?: boolean },
  call: Call,
  snaptokens: Snaptokens,
): Freshness {
  const minRevision = snaptokens.parse(snaptoken);
  const choice = choiceOf(call.header(CONSISTENCY));
  const wantsLatest = latest || choice === 'latest';
  return { minRevision, mayBeStale: !wantsLatest && (minRevision !== undefined || choice === 'minimize-latency') };
}

/**
 * The same for messages that carry a `Consistency`; one without a requirement asks for the latest. The header has a
 * say where the message has none.
 * @throws {InvalidArgumentError} as `freshnessOf`
 */
export function freshnessOfConsistency(
  consistency: Consistency | undefined,
  call: Call,
  snaptokens: Snaptokens,
): Freshness {
  const requirement = consistency?.requirement;
  switch (requirement?.case) {
    case 'latest':
      return { minRevision: undefined, mayBeStale: false };
    case 'minimizeLatency':
      return { minRevision: undefined, mayBeStale: requirement.value };
    case 'atLeastAsFresh':
      return freshnessOf({ snaptoken: requirement.value }, call, snaptokens);
    default:
      return freshnessOf({ snaptoken: '' }, call, snaptokens);
  }
}

function choiceOf(value: string | undefined): 'latest' | 'minimize-latency' | undefined {
  switch (value) {
    case undefined:
    case '':
      return undefined;
    case 'latest':
    case 'minimize-latency':
      return value;
    default:
      throw new InvalidArgumentError({
        message: `${CONSISTENCY} must be latest or minimize-latency, not ${JSON.stringify(value)}`,
      });
  }
}
