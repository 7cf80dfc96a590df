-- Policies and roles of the legacy access control policies API, as the JSON documents that it answers. The path of a
-- document is its collection and its id, a long one in its short form: the document has the whole id.
-- Lists are in the order of insertion; the position of a document is the revision that inserted it.
CREATE TABLE IF NOT EXISTS policy_documents (
  nid        BIGINT         NOT NULL,
  path       VARBINARY(320) NOT NULL,
  collection VARBINARY(32)  NOT NULL,
  position   BIGINT         NOT NULL,
  document   LONGBLOB       NOT NULL,
  PRIMARY KEY (nid, path),
  UNIQUE KEY policy_documents_position (nid, collection, position),
  FOREIGN KEY (nid) REFERENCES stheno_networks (nid)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC;
