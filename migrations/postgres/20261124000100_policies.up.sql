-- Policies and roles of the legacy access control policies API, as the JSON documents that it answers. The path of a
-- document is its collection and its id, a long one in its short form: the document has the whole id.
-- Finding one by its path leaves the collection out, so that the planner never takes the other index for it.
CREATE TABLE policy_documents (
  nid        bigint           NOT NULL REFERENCES stheno_networks (nid),
  path       text COLLATE "C" NOT NULL,
  collection text COLLATE "C" NOT NULL,
  position   bigint           NOT NULL,
  document   text             NOT NULL,
  PRIMARY KEY (nid, path)
);

-- Lists are in the order of insertion; the position of a document is the revision that inserted it.
CREATE UNIQUE INDEX policy_documents_position ON policy_documents (nid, collection, position);

-- The newest revision that changed a policy or role.
ALTER TABLE heads ADD COLUMN policy_revision bigint NOT NULL DEFAULT 0;

CREATE INDEX changes_of_policies ON changes (nid, revision) WHERE kind = 'policies';
