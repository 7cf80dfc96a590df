import { getSystemErrorMap } from 'node:util';

/** What a failed system call says, for example `stat tuples.json: no such file or directory`. */
export function systemErrorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { errno, syscall, path } = error as NodeJS.ErrnoException; // other errors have none of the three
  const reason = errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1];
  if (reason === undefined) return error.message;
  const call = [syscall, path].filter((part) => part !== undefined).join(' ');
  return `${call}: ${reason}`;
}
