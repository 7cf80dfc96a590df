import { STATUS_CODES } from 'node:http';
import { toStatus } from '../../status.ts';
import type { JsonAnswer } from '../answer.ts';

/** What keeps its status; anything else is a 500 with these routes, whosever fault it is (contract: acp §2.5). */
const STATUSES: Readonly<Record<string, number>> = { not_found: 404, resource_exhausted: 413, canceled: 499 };

/** The error of a policies route: a flat object, where other routes have an envelope (contract: acp §2.5). */
export function policyErrorAnswer(error: unknown, requestId: string | undefined): JsonAnswer {
  const { code, message } = toStatus(error);
  const status = STATUSES[code] ?? 500;
  const request = requestId ? { request: requestId } : {};
  return {
    kind: 'json',
    status,
    value: { code: status, status: STATUS_CODES[status] ?? 'Client Closed Request', ...request, message },
    headers: { 'content-type': 'application/json' },
  };
}
