/** A running server with Ory Keto's API, and what is known about its processes. */
export interface Endpoint {
  /** How it is called in the results. */
  readonly name: string;
  readonly host: string;
  readonly readPort: number;
  readonly writePort: number;
  /** Where its metrics are; servers of others have none that are known here. */
  readonly metricsPort?: number;
  /** Its process, when it runs on this machine. */
  readonly pid?: number | undefined;
  /** The first process of its PostgreSQL, when that runs on this machine. */
  readonly databasePid?: number | undefined;
}

/** A server that ends when it is disposed. */
export interface BenchedServer extends AsyncDisposable {
  readonly endpoint: Endpoint;
}

/** Reads `HOST:PORT[,WRITE]`: the read port, and the write port where it is another one. @throws when it is something else */
export function parseEndpoint(text: string, name: string): Endpoint {
  const match = /^(?<host>[^:,]+):(?<read>\d+)(?:,(?:[^:,]+:)?(?<write>\d+))?$/.exec(text);
  const { host, read, write = read } = match?.groups ?? {};
  if (host === undefined || read === undefined) throw new Error(`"${text}" is not HOST:PORT or HOST:PORT,WRITE_PORT`);
  return { name, host, readPort: Number(read), writePort: Number(write) };
}
