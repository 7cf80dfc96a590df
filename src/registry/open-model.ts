import type { Config } from '../config/config.ts';
import { namespaceSource } from '../config/namespace-source.ts';
import type { Logger } from '../observability/logger.ts';
import { openNamespaces } from '../opl/open-namespaces.ts';
import type { ReloadingNamespaces } from '../opl/reloading-namespaces.ts';
import type { OpenedPersister } from '../persistence/sql/open-persister.ts';
import { StoredModelDocuments } from '../service/stored-model-documents.ts';
import { ModelLog } from './model-log.ts';

interface ModelParts {
  readonly config: Config;
  /** The configuration in force now. */
  readonly current: () => Config;
  readonly persister: OpenedPersister;
  readonly logger: Logger;
}

/**
 * Opens the model: the one in the configuration, or the newest version in the database.
 * @throws {ModelLoadError} when it does not load
 */
export async function openModel({ config, current, persister, logger }: ModelParts): Promise<ReloadingNamespaces> {
  const log = new ModelLog({ logger });
  const namespaces = await openNamespaces({
    source: namespaceSource(config),
    onReload: (event) => log.reloaded(event),
    onRetry: (reason, retryMs) => log.fetchFailed(reason, retryMs),
    disallowPrivateAddresses: () => current().clients.http.disallow_private_ip_ranges,
    openStored: () => new StoredModelDocuments({ storage: persister }),
  });
  noteMissingModel(config, namespaces, logger);
  return namespaces;
}

/** Takes the model from where another configuration says. It stays as it was when the other one does not load. */
export async function replaceModel(config: Config, namespaces: ReloadingNamespaces, logger: Logger): Promise<void> {
  await namespaces.replaceSource(namespaceSource(config));
  noteMissingModel(config, namespaces, logger);
}

function noteMissingModel(config: Config, namespaces: ReloadingNamespaces, logger: Logger): void {
  if (namespaceSource(config).kind !== 'stored' || namespaces.current().list().length > 0) return;
  logger.warn('neither the configuration nor the database has a model: tuples cannot be written until there is one');
}
