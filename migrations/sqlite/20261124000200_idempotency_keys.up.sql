-- What writes with an idempotency key were answered, so that a repeat is answered the same. Times are milliseconds since
-- 1970; a key is taken away together with the changes of its time. `digest` is that of the request.
CREATE TABLE idempotency_keys (
  nid           INTEGER NOT NULL REFERENCES stheno_networks (nid),
  key           BLOB    NOT NULL,
  digest        TEXT    NOT NULL,
  revision      INTEGER NOT NULL,
  effective     TEXT    NOT NULL,
  created_at_ms INTEGER NOT NULL,
  PRIMARY KEY (nid, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_keys_age ON idempotency_keys (nid, created_at_ms);
