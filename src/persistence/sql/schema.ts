/** The tables as Kysely sees them; `migrations/` makes them. */
export interface Schema {
  stheno_networks: { nid: number; id: Uint8Array };
  heads: { nid: number; revision: number; policy_revision: number };
  changes: {
    nid: number;
    revision: number;
    committed_at: Date | string;
    kind: string;
    payload: string;
    checksum: string | null;
  };
  relation_tuples: {
    nid: number;
    namespace: string;
    object: string;
    relation: string;
    subject_namespace: string;
    subject_object: string;
    subject_relation: string;
  };
  policy_documents: { nid: number; path: string; collection: string; position: number; document: string };
  idempotency_keys: {
    nid: number;
    key: Uint8Array;
    digest: string;
    revision: number;
    effective: string;
    created_at_ms: number;
  };
  models: {
    nid: number;
    version: number;
    revision: number;
    written_at_ms: number;
    note: string;
    document: string;
  };
  strings: { digest: string; value: Uint8Array };
}

/** A part of a tuple, as a column. */
export type TupleColumn = Exclude<keyof Schema['relation_tuples'], 'nid'>;

/** The columns in the order of the primary key, which is the order of every listing. */
export const TUPLE_COLUMNS: readonly TupleColumn[] = [
  'namespace',
  'object',
  'relation',
  'subject_namespace',
  'subject_object',
  'subject_relation',
];
