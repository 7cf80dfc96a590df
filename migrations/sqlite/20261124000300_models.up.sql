-- The versions of the model, where the configuration has none: what was written as JSON, so that any character may be in
-- it. Version 0 is the empty model of the beginning and has no row.
CREATE TABLE models (
  nid           INTEGER NOT NULL REFERENCES stheno_networks (nid),
  version       INTEGER NOT NULL,
  revision      INTEGER NOT NULL,
  written_at_ms INTEGER NOT NULL,
  note          TEXT    NOT NULL,
  document      TEXT    NOT NULL,
  PRIMARY KEY (nid, version)
) STRICT;
