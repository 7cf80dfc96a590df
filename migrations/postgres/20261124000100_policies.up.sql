-- Policies and roles of the legacy access control policies API, as the JSON documents that it answers. A long id is
-- stored in its short form: the document has the whole one.
CREATE TABLE policy_documents (
  nid        bigint           NOT NULL REFERENCES stheno_networks (nid),
  collection text COLLATE "C" NOT NULL,
  id         text COLLATE "C" NOT NULL,
  position   bigint           NOT NULL,
  document   text             NOT NULL,
  PRIMARY KEY (nid, collection, id)
);

-- Lists are in the order of insertion; the position of a document is the revision that inserted it.
CREATE UNIQUE INDEX policy_documents_position ON policy_documents (nid, collection, position);

-- The newest revision that changed a policy or role.
ALTER TABLE heads ADD COLUMN policy_revision bigint NOT NULL DEFAULT 0;

CREATE INDEX changes_of_policies ON changes (nid, revision) WHERE kind = 'policies';
