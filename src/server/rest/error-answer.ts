import type { ErrorInformation } from '../../errors.ts';
import { toStatus } from '../status.ts';
import type { JsonAnswer } from './answer.ts';
import { showInvalidBytes } from './query-parameters.ts';

/** The texts beside the codes, as clients of the contract know them (REST §2.2). */
const STATUS_TEXTS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  404: 'Not Found',
  409: 'Conflict',
  410: 'Gone',
  413: 'Request Entity Too Large',
  422: 'Unprocessable Entity',
  429: 'Too Many Requests',
  499: 'Client Closed Request',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

export interface ErrorDetails {
  readonly code: number;
  readonly requestId: string | undefined;
  readonly message: string;
  readonly reason?: string | undefined;
  readonly info?: ErrorInformation | undefined;
}

/** The envelope of whatever was thrown; of a fault of ours it shows nothing (contract: REST §2.2). */
export function errorAnswer(error: unknown, requestId: string | undefined): JsonAnswer {
  const { restHttp, message, reason, info } = toStatus(error);
  return envelope(restHttp, { code: restHttp, requestId, message, reason, info });
}

/** Errors carry no id, but the header that would name it is always there. */
export function envelope(status: number, { code, requestId, message, reason, info }: ErrorDetails): JsonAnswer {
  const error = {
    code,
    status: STATUS_TEXTS[code] ?? '',
    ...(requestId ? { request: requestId } : {}),
    ...(reason ? { reason: showInvalidBytes(reason) } : {}),
    ...(info === undefined ? {} : { details: { domain: 'stheno', ...info } }),
    message: showInvalidBytes(message),
  };
  return {
    kind: 'json',
    status,
    value: { error },
    headers: { 'content-type': 'application/json', 'ory-error-id': '' },
  };
}
