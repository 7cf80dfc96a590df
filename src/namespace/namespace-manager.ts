import type { Model } from './model.ts';

/** Where models come from. Implementations keep the last model that loaded when a newer one does not. */
export interface NamespaceManager extends AsyncDisposable {
  /** The model in force. It changes between calls, never under one: take it once a request. */
  current(): Model;
  /** Why the newest version of the source is not in force; undefined when it is. For readiness and metrics. */
  problem(): string | undefined;
}
