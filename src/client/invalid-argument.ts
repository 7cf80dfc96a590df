import { RequestError } from './request-error.ts';

/** The error of an argument that makes no request; nothing is sent. */
export function invalidArgument(message: string, cause?: unknown): RequestError {
  return new RequestError({ code: 'invalid_argument', message, cause });
}
