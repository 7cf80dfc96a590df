import type { JsonObject } from './json-value.ts';

export type Effect = 'allow' | 'deny';

/** Who may, or may not, do what with which resources (contract: acp §1). Its patterns are those of its flavor. */
export interface Policy {
  readonly id: string;
  /** Free text, never evaluated. */
  readonly description: string;
  /** Patterns of subjects and of ids of roles; absent and empty match nothing. */
  readonly subjects: readonly string[] | undefined;
  readonly resources: readonly string[] | undefined;
  readonly actions: readonly string[] | undefined;
  readonly effect: Effect;
  /** What the context must be like, by the context's key. Nothing about an entry's shape is certain (acp §5). */
  readonly conditions: JsonObject | undefined;
}
