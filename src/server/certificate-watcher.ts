import { X509Certificate } from 'node:crypto';
import type { ListenerConfig } from '../config/config.ts';
import { FilesWatcher } from '../config/files-watcher.ts';
import { readTlsFiles } from '../config/tls-files.ts';
import type { TlsMaterial } from './tls-terminator.ts';

export interface CertificateWatcherOptions {
  /** Of the listener, as in the configuration. */
  readonly name: string;
  /** Where its certificate and key are. */
  readonly tls: ListenerConfig['tls'];
  /** What the listener was opened with. */
  readonly initial: TlsMaterial;
  /** Another pair is in the files, and can be used. */
  readonly onChange: (material: TlsMaterial) => void;
  /** What is in the files cannot be used; the last good pair stays in force. */
  readonly onError: (error: Error) => void;
}

/** Follows the files of a listener's certificate and key, which are looked at as one, until disposed. */
export class CertificateWatcher implements AsyncDisposable {
  readonly #options: CertificateWatcherOptions;
  readonly #files: FilesWatcher;
  #inForce: TlsMaterial;
  #problem: string | undefined;

  constructor(options: CertificateWatcherOptions) {
    this.#options = options;
    this.#inForce = options.initial;
    const { cert, key } = options.tls;
    this.#files = new FilesWatcher({
      files: [cert, key].flatMap((source) => source?.path ?? []),
      onSettled: () => this.#reload(),
    });
  }

  /** Why the newest files are not in force; undefined when they are. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** When the certificate in force ends, in seconds since 1970. */
  get expiresAtSeconds(): number {
    return Date.parse(new X509Certificate(this.#inForce.cert).validTo) / 1000;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#files[Symbol.asyncDispose]();
  }

  #reload(): void {
    const { name, tls, onChange, onError } = this.#options;
    try {
      const material = readTlsFiles(name, tls) ?? this.#inForce;
      this.#problem = undefined;
      if (material.cert === this.#inForce.cert && material.key === this.#inForce.key) return;
      onChange(material);
      this.#inForce = material;
    } catch (error) {
      this.#problem = (error as Error).message; // both throw errors only
      onError(error as Error);
    }
  }
}
