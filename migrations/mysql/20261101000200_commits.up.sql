-- What follows the payload of a long change, in order from 1.
CREATE TABLE IF NOT EXISTS change_pieces (
  nid      BIGINT   NOT NULL,
  revision BIGINT   NOT NULL,
  number   INT      NOT NULL,
  payload  LONGBLOB NOT NULL,
  PRIMARY KEY (nid, revision, number),
  FOREIGN KEY (nid, revision) REFERENCES changes (nid, revision) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC;
