-- A key has at most 3,072 bytes: 8 of the network, and six times the 284 of the longest stored form.
-- In the second index the subject's object comes first, so that it is never taken for the question
-- "which subject sets (subject_namespace > '') does this set have?", which the primary key answers.
CREATE TABLE IF NOT EXISTS relation_tuples (
  nid               BIGINT         NOT NULL,
  namespace         VARBINARY(284) NOT NULL,
  object            VARBINARY(284) NOT NULL,
  relation          VARBINARY(284) NOT NULL,
  subject_namespace VARBINARY(284) NOT NULL,
  subject_object    VARBINARY(284) NOT NULL,
  subject_relation  VARBINARY(284) NOT NULL,
  PRIMARY KEY (nid, namespace, object, relation, subject_namespace, subject_object, subject_relation),
  KEY relation_tuples_reverse
    (nid, subject_object, subject_namespace, subject_relation, namespace, object, relation)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC;

CREATE TABLE IF NOT EXISTS strings (
  digest VARBINARY(43) NOT NULL PRIMARY KEY,
  value  LONGBLOB      NOT NULL
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC;
