import type { ServeConfig } from '../config/config.ts';
import { CertificateWatcher } from './certificate-watcher.ts';
import type { Listener } from './listener.ts';
import type { LogicalListener } from './open-listeners.ts';

export interface ServedCertificatesOptions {
  readonly serve: ServeConfig;
  /** As the listeners were opened. */
  readonly logical: readonly (Pick<LogicalListener, 'tls'> & { readonly name: keyof ServeConfig })[];
  /** By their logical names; several may be one. */
  readonly listeners: ReadonlyMap<string, Listener>;
  readonly logger: {
    info(fields: object, message: string): void;
    error(fields: object, message: string): void;
  };
}

/**
 * Keeps the certificates of all listeners that speak TLS as new as their files, until disposed. Connections that are
 * open go on with the certificate they began with.
 */
export class ServedCertificates implements AsyncDisposable {
  readonly #watchers: readonly CertificateWatcher[];

  constructor({ serve, logical, listeners, logger }: ServedCertificatesOptions) {
    const seen = new Set<Listener>();
    this.#watchers = logical.flatMap(({ name, tls }) => {
      const listener = listeners.get(name);
      // Of the names that share a listener the first one's settings are in force.
      if (listener === undefined || tls === undefined || seen.has(listener)) return [];
      seen.add(listener);
      return new CertificateWatcher({
        name,
        tls: serve[name].tls,
        initial: tls,
        onChange: (material) => {
          listener.replaceCertificate(material);
          logger.info({ listener: name }, 'the certificate was replaced');
        },
        onError: (error) => logger.error({ listener: name, err: error }, 'the certificate could not be replaced'),
      });
    });
  }

  /** Whether any listener speaks TLS. */
  get exist(): boolean {
    return this.#watchers.length > 0;
  }

  /** Why the newest files of a listener are not in force; undefined when all are. */
  get problem(): string | undefined {
    return this.#watchers.find(({ problem }) => problem !== undefined)?.problem;
  }

  /** When the first of the certificates in force ends, in seconds since 1970. */
  get expireAtSeconds(): number {
    return Math.min(...this.#watchers.map(({ expiresAtSeconds }) => expiresAtSeconds));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#watchers.map((watcher) => watcher[Symbol.asyncDispose]()));
  }
}
