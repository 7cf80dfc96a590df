import type { ConfigDocument } from './config-document.ts';
import type { Environment } from './environment.ts';

/** The variable that named the database in old releases. */
export const LEGACY_DSN = 'DATABASE_URL';

/** The document with the database of the old variable, if it names none (contract: acp §7). */
export function applyLegacyDsn(document: ConfigDocument, environment: Environment): ConfigDocument {
  const dsn = environment[LEGACY_DSN];
  return dsn && (document.dsn === undefined || document.dsn === '') ? { ...document, dsn } : document;
}
