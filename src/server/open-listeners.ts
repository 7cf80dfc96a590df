import type { CorsConfig } from '../config/config.ts';
import { ConfigProviderError } from '../config/config-error.ts';
import { RepeatedErrors } from '../observability/repeated-errors.ts';
import type { RpcService } from '../service/rpc-service.ts';
import { Listener } from './listener.ts';
import type { RequestObserver } from './request-observer.ts';
import { createCrossOrigin } from './rest/cross-origin.ts';
import { createRestHandler } from './rest/rest-handler.ts';
import type { Route } from './rest/route.ts';
import type { ServerLogger } from './server-logger.ts';
import type { TlsMaterial } from './tls-terminator.ts';

/** A listener as the configuration describes it. Several of them may share an address. */
export interface LogicalListener {
  readonly name: string;
  /** Empty: all interfaces. */
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Path of a Unix socket that takes the place of host and port. */
  readonly socketPath?: string | undefined;
  readonly tls?: TlsMaterial | undefined;
  readonly cors: CorsConfig;
  readonly maxMessageBytes: number;
  readonly maxHeaderBytes: number;
  readonly services: readonly RpcService[];
  readonly routes: readonly Route[];
  readonly observer: RequestObserver;
}

/**
 * Opens all listeners, or none: when one address cannot be listened on the others are closed again.
 * Listeners with the same address become one that answers for all of them, with the settings of the first.
 * @returns the listeners by their logical names
 * @throws {ListenError}
 * @throws {ConfigProviderError} when listeners with the same address differ in their certificates
 */
export async function openListeners(
  logical: readonly LogicalListener[],
  { logger }: { logger: ServerLogger },
): Promise<ReadonlyMap<string, Listener>> {
  const open = new Map<string, Listener>();
  // One for all of them: an outage is the same on every port.
  const faults = new RepeatedErrors({ logger });
  try {
    for (const group of sharedAddresses(logical)) {
      requireSameCertificate(group);
      const listener = await openListener(group, faults);
      for (const { name } of group) open.set(name, listener);
    }
  } catch (error) {
    await Promise.all([...new Set(open.values())].map((listener) => listener.close({ graceMs: 0 })));
    throw error;
  }
  return open;
}

function sharedAddresses(logical: readonly LogicalListener[]): [LogicalListener, ...LogicalListener[]][] {
  const groups = new Map<string, [LogicalListener, ...LogicalListener[]]>();
  for (const listener of logical) {
    const key = addressKey(listener);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [listener]);
    else group.push(listener);
  }
  return [...groups.values()];
}

/** The settings of the first must not take away the encryption that another one was given. */
function requireSameCertificate([first, ...others]: [LogicalListener, ...LogicalListener[]]): void {
  const other = others.find(({ tls }) => tls?.cert !== first.tls?.cert || tls?.key !== first.tls?.key);
  if (other === undefined) return;
  throw new ConfigProviderError(`serve.${first.name}.tls and serve.${other.name}.tls differ, but share an address`);
}

/** Any free port is never the same one. */
function addressKey({ name, host, port, socketPath }: LogicalListener): string {
  if (socketPath !== undefined) return `unix:${socketPath}`;
  return port === 0 ? `free:${name}` : `${host}:${port}`;
}

function openListener(group: [LogicalListener, ...LogicalListener[]], logger: ServerLogger): Promise<Listener> {
  const [first] = group;
  return Listener.listen({
    name: first.name,
    host: first.host,
    port: first.port,
    socketPath: first.socketPath,
    tls: first.tls,
    services: group.flatMap(({ services }) => services),
    fallback: createRestHandler({
      routes: union(group.map(({ routes }) => routes)),
      limits: { maxBodyBytes: first.maxMessageBytes },
      logger,
    }),
    cors: createCrossOrigin(first.cors),
    limits: { maxMessageBytes: first.maxMessageBytes, maxHeaderBytes: first.maxHeaderBytes },
    observer: first.observer,
    logger,
  });
}

function union(tables: readonly (readonly Route[])[]): Route[] {
  return [...new Map(tables.flat().map((route) => [`${route.method} ${route.path}`, route])).values()];
}
