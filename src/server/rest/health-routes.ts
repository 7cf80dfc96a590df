import type { Readiness } from '../../service/readiness.ts';
import { ok } from './answer.ts';
import { envelope } from './error-answer.ts';
import type { Route } from './route.ts';

/** In the place of each problem: the texts may name hosts and files, and anybody may ask. */
const OBFUSCATED = 'error may contain sensitive information and was obfuscated';

export const alive: Route['handle'] = async () => ok({ status: 'ok' });

/** 503 with the envelope of a 500, one text a problem (contract: REST §10). */
export function ready(readiness: Readiness): Route['handle'] {
  return async ({ call }) => {
    const problems = await readiness.problems();
    if (problems.length === 0) return ok({ status: 'ok' });
    const message = problems.map(() => OBFUSCATED).join('; ');
    return envelope(503, { code: 500, requestId: call.header('x-request-id'), message });
  };
}
