import { STATUS_CODES } from 'node:http';
import { type Status, toStatus } from '../../status.ts';
import type { JsonAnswer } from '../answer.ts';

/** What keeps its status; anything else is a 500 with the old routes, whosever fault it is (contract: acp §2.5). */
const OLD_STATUSES: Readonly<Record<string, number>> = { not_found: 404, resource_exhausted: 413, canceled: 499 };

/** The error of a policies route: a flat object, where other routes have an envelope (contract: acp §2.5). */
export function policyErrorAnswer(error: unknown, requestId: string | undefined): JsonAnswer {
  return flatErrorAnswer(error, requestId, ({ code }) => OLD_STATUSES[code] ?? 500);
}

/** The same of a route that old releases did not have, with the statuses that other routes have. */
export function addedPolicyErrorAnswer(error: unknown, requestId: string | undefined): JsonAnswer {
  return flatErrorAnswer(error, requestId, ({ restHttp }) => restHttp);
}

function flatErrorAnswer(
  error: unknown,
  requestId: string | undefined,
  statusOf: (status: Status) => number,
): JsonAnswer {
  const known = toStatus(error);
  const status = statusOf(known);
  const request = requestId ? { request: requestId } : {};
  return {
    kind: 'json',
    status,
    value: {
      code: status,
      status: STATUS_CODES[status] ?? 'Client Closed Request',
      ...request,
      message: known.message,
    },
    headers: { 'content-type': 'application/json' },
  };
}
