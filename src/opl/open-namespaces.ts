import type { NamespaceSource } from '../config/namespace-source.ts';
import type { SourceOptions } from './model-source.ts';
import { type ReloadEvent, ReloadingNamespaces } from './reloading-namespaces.ts';

export interface OpenNamespacesOptions extends SourceOptions {
  readonly source: NamespaceSource;
  /** Told about every version that was looked at, the first included, for logs and metrics. */
  readonly onReload?: (event: ReloadEvent) => void;
}

/**
 * Opens the namespaces that the configuration points at and follows their changes (contract:
 * configuration §4). Disposing ends all watches and timers.
 * @throws {ModelLoadError} when the model does not load, with all its errors
 */
export function openNamespaces({ source, onReload, ...sources }: OpenNamespacesOptions): Promise<ReloadingNamespaces> {
  return ReloadingNamespaces.open({ source, onReload: onReload ?? (() => {}), sources });
}
