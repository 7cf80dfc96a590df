-- Statements that change the schema commit by themselves here, so a migration may be cut off half-way: each statement
-- can be run again. Columns that other databases get by a later migration are there from the beginning, because not
-- every server can add one "if it is not there".
-- Strings are bytes of UTF-8: no collation that MySQL and MariaDB both have compares case, accents and trailing
-- spaces, and a column of 284 characters of four bytes would not fit into a key of six.

-- This table and the record of migrations carry our name: a database that Keto used has tables named networks and
-- schema_migration, and may go on having them beside ours.
CREATE TABLE IF NOT EXISTS stheno_networks (
  nid        BIGINT        NOT NULL AUTO_INCREMENT PRIMARY KEY,
  id         VARBINARY(16) NOT NULL UNIQUE,
  created_at DATETIME(3)   NOT NULL
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC;

-- The checksum is the sum over all stored tuples (src/tuple/tuple-checksum.ts), NULL where it is not known; the policy
-- revision is the newest one that changed a policy or role.
CREATE TABLE IF NOT EXISTS heads (
  nid             BIGINT        NOT NULL PRIMARY KEY,
  revision        BIGINT        NOT NULL,
  checksum        VARBINARY(32) NULL,
  policy_revision BIGINT        NOT NULL DEFAULT 0,
  FOREIGN KEY (nid) REFERENCES stheno_networks (nid)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC;

-- A server takes values up to its max_allowed_packet only: what is longer goes on in the table change_pieces.
CREATE TABLE IF NOT EXISTS changes (
  nid          BIGINT        NOT NULL,
  revision     BIGINT        NOT NULL,
  committed_at DATETIME(3)   NOT NULL,
  kind         VARBINARY(32) NOT NULL,
  payload      LONGBLOB      NOT NULL,
  bytes        BIGINT        NOT NULL,
  pieces       INT           NOT NULL,
  checksum     VARBINARY(32) NULL,
  PRIMARY KEY (nid, revision),
  KEY changes_of_kind (nid, kind, revision),
  FOREIGN KEY (nid) REFERENCES stheno_networks (nid)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC;

INSERT INTO stheno_networks (id, created_at)
SELECT RANDOM_BYTES(16), UTC_TIMESTAMP(3) FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM stheno_networks);

INSERT INTO heads (nid, revision)
SELECT nid, 0 FROM stheno_networks WHERE nid NOT IN (SELECT nid FROM heads);
