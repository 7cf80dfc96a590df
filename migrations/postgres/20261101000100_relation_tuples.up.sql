CREATE TABLE relation_tuples (
  nid               bigint           NOT NULL,
  namespace         text COLLATE "C" NOT NULL,
  object            text COLLATE "C" NOT NULL,
  relation          text COLLATE "C" NOT NULL,
  subject_namespace text COLLATE "C" NOT NULL,
  subject_object    text COLLATE "C" NOT NULL,
  subject_relation  text COLLATE "C" NOT NULL,
  PRIMARY KEY (nid, namespace, object, relation, subject_namespace, subject_object, subject_relation)
);

-- The subject's object comes first, so that this index is never taken for the question
-- "which subject sets (subject_namespace > '') does this set have?", which the primary key answers.
CREATE INDEX relation_tuples_reverse
  ON relation_tuples (nid, subject_object, subject_namespace, subject_relation, namespace, object, relation);

CREATE TABLE strings (
  digest text COLLATE "C" PRIMARY KEY,
  value  bytea            NOT NULL
);
