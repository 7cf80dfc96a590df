import type { JsonObject } from './json-value.ts';

/** What is asked: may the subject do the action with the resource (contract: acp §1)? */
export interface AccessRequest {
  readonly subject: string;
  readonly resource: string;
  readonly action: string;
  /** What conditions look at. */
  readonly context: JsonObject | undefined;
}
