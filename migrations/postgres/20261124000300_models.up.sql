-- The versions of the model, where the configuration has none: what was written as JSON, so that any character may be in
-- it. Version 0 is the empty model of the beginning and has no row.
CREATE TABLE models (
  nid           bigint NOT NULL REFERENCES stheno_networks (nid),
  version       bigint NOT NULL,
  revision      bigint NOT NULL,
  written_at_ms bigint NOT NULL,
  note          text   NOT NULL,
  document      text   NOT NULL,
  PRIMARY KEY (nid, version)
);
