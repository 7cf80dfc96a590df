-- What writes with an idempotency key were answered, so that a repeat is answered the same. Times are milliseconds since
-- 1970; a key is taken away together with the changes of its time. `digest` is that of the request.
CREATE TABLE IF NOT EXISTS idempotency_keys (
  nid           BIGINT         NOT NULL,
  `key`         VARBINARY(255) NOT NULL,
  digest        VARBINARY(64)  NOT NULL,
  revision      BIGINT         NOT NULL,
  effective     LONGBLOB       NOT NULL,
  created_at_ms BIGINT         NOT NULL,
  PRIMARY KEY (nid, `key`),
  KEY idempotency_keys_age (nid, created_at_ms),
  FOREIGN KEY (nid) REFERENCES stheno_networks (nid)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC;
