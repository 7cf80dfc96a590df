-- What follows the payload of a long change, in order from 1.
CREATE TABLE IF NOT EXISTS change_pieces (
  nid      BIGINT   NOT NULL,
  revision BIGINT   NOT NULL,
  number   INT      NOT NULL,
  payload  LONGBLOB NOT NULL,
  PRIMARY KEY (nid, revision, number),
  FOREIGN KEY (nid, revision) REFERENCES changes (nid, revision) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC;

-- The sum over no tuples. Where tuples were stored already, it is not known.
UPDATE heads SET checksum = '00000000000000000000000000000000' WHERE revision = 0;
