/** The driver's option of a single query, which its types do not know. */
export interface TimedQuery {
  readonly query_timeout: number;
}
