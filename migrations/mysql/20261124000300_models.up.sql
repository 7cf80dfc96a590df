-- The versions of the model, where the configuration has none: what was written as JSON, so that any character may be in
-- it. Version 0 is the empty model of the beginning and has no row.
CREATE TABLE IF NOT EXISTS models (
  nid           BIGINT   NOT NULL,
  version       BIGINT   NOT NULL,
  revision      BIGINT   NOT NULL,
  written_at_ms BIGINT   NOT NULL,
  note          LONGBLOB NOT NULL,
  document      LONGBLOB NOT NULL,
  PRIMARY KEY (nid, version),
  FOREIGN KEY (nid) REFERENCES stheno_networks (nid)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC;
