/** An address could not be listened on (contract: config §9). */
export class ListenError extends Error {
  readonly address: string;

  constructor(address: string, cause: NodeJS.ErrnoException) {
    super(`unable to listen on "${address}": ${REASONS[cause.code ?? ''] ?? cause.code ?? 'unknown error'}`, { cause });
    this.name = 'ListenError';
    this.address = address;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'address already in use',
  EADDRNOTAVAIL: 'address not available',
  EACCES: 'permission denied',
  ENOTFOUND: 'host not found',
  ENOENT: 'no such directory',
  ENAMETOOLONG: 'the path is too long for a socket',
};
