CREATE TABLE relation_tuples (
  nid               INTEGER NOT NULL,
  namespace         TEXT    NOT NULL,
  object            TEXT    NOT NULL,
  relation          TEXT    NOT NULL,
  subject_namespace TEXT    NOT NULL,
  subject_object    TEXT    NOT NULL,
  subject_relation  TEXT    NOT NULL,
  PRIMARY KEY (nid, namespace, object, relation, subject_namespace, subject_object, subject_relation)
) STRICT, WITHOUT ROWID;

-- The subject's object comes first, so that this index is never taken for the question
-- "which subject sets (subject_namespace > '') does this set have?", which the primary key answers.
CREATE INDEX relation_tuples_reverse
  ON relation_tuples (nid, subject_object, subject_namespace, subject_relation, namespace, object, relation);

CREATE TABLE strings (
  digest TEXT PRIMARY KEY,
  value  BLOB NOT NULL
) STRICT, WITHOUT ROWID;
