-- This table and the record of migrations carry our name: a database that Keto used has tables named networks and
-- schema_migration, and may go on having them beside ours.
CREATE TABLE stheno_networks (
  nid        bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id         bytea       NOT NULL UNIQUE,
  created_at timestamptz NOT NULL
);

-- Every commit updates its network's row: room on the page keeps those updates off the index.
CREATE TABLE heads (
  nid      bigint PRIMARY KEY REFERENCES stheno_networks (nid),
  revision bigint NOT NULL
) WITH (fillfactor = 10);

CREATE TABLE changes (
  nid          bigint      NOT NULL REFERENCES stheno_networks (nid),
  revision     bigint      NOT NULL,
  committed_at timestamptz NOT NULL,
  kind         text        NOT NULL,
  payload      text        NOT NULL,
  PRIMARY KEY (nid, revision)
);

INSERT INTO stheno_networks (id, created_at) VALUES (uuid_send(gen_random_uuid()), clock_timestamp());
INSERT INTO heads (nid, revision) SELECT nid, 0 FROM stheno_networks;
