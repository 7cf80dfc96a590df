-- Policies and roles of the legacy access control policies API, as the JSON documents that it answers. The path of a
-- document is its collection and its id, a long one in its short form: the document has the whole id.
-- Finding one by its path leaves the collection out, so that the planner never takes the other index for it.
CREATE TABLE policy_documents (
  nid        INTEGER NOT NULL REFERENCES stheno_networks (nid),
  path       TEXT    NOT NULL,
  collection TEXT    NOT NULL,
  position   INTEGER NOT NULL,
  document   TEXT    NOT NULL,
  PRIMARY KEY (nid, path)
) STRICT, WITHOUT ROWID;

-- Lists are in the order of insertion; the position of a document is the revision that inserted it.
CREATE UNIQUE INDEX policy_documents_position ON policy_documents (nid, collection, position);

-- The newest revision that changed a policy or role.
ALTER TABLE heads ADD COLUMN policy_revision INTEGER NOT NULL DEFAULT 0;

CREATE INDEX changes_of_policies ON changes (nid, revision) WHERE kind = 'policies';
