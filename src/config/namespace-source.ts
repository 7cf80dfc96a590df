import type { Config, InlineNamespace } from './config.ts';

/** Where the configuration says the namespaces come from (contract: configuration §4). */
export type NamespaceSource =
  | { readonly kind: 'inline'; readonly namespaces: readonly Pick<InlineNamespace, 'name'>[] }
  /** A file or directory with one namespace a file. */
  | { readonly kind: 'legacy'; readonly uri: string }
  /** A model in the permission language. */
  | { readonly kind: 'opl'; readonly location: string }
  /** The versions in the database: what holds without namespaces in the configuration. */
  | { readonly kind: 'stored' };

export function namespaceSource({ namespaces }: Pick<Config, 'namespaces'>): NamespaceSource {
  if (namespaces === undefined) return { kind: 'stored' };
  if (typeof namespaces === 'string') return { kind: 'legacy', uri: namespaces };
  if ('location' in namespaces) return { kind: 'opl', location: namespaces.location };
  return { kind: 'inline', namespaces };
}
