-- This table and the record of migrations carry our name: a database that Keto used has tables named networks and
-- schema_migration, and may go on having them beside ours.
CREATE TABLE stheno_networks (
  nid        INTEGER PRIMARY KEY,
  id         BLOB    NOT NULL UNIQUE,
  created_at TEXT    NOT NULL
) STRICT;

CREATE TABLE heads (
  nid      INTEGER PRIMARY KEY REFERENCES stheno_networks (nid),
  revision INTEGER NOT NULL
) STRICT;

CREATE TABLE changes (
  nid          INTEGER NOT NULL REFERENCES stheno_networks (nid),
  revision     INTEGER NOT NULL,
  committed_at TEXT    NOT NULL,
  kind         TEXT    NOT NULL,
  payload      TEXT    NOT NULL,
  PRIMARY KEY (nid, revision)
) STRICT, WITHOUT ROWID;

INSERT INTO stheno_networks (id, created_at) VALUES (randomblob(16), strftime('%Y-%m-%dT%H:%M:%fZ', 'now'));
INSERT INTO heads (nid, revision) SELECT nid, 0 FROM stheno_networks;
