-- What writes with an idempotency key were answered, so that a repeat is answered the same. Times are milliseconds since
-- 1970; a key is taken away together with the changes of its time. `digest` is that of the request.
CREATE TABLE idempotency_keys (
  nid           bigint NOT NULL REFERENCES stheno_networks (nid),
  key           bytea  NOT NULL,
  digest        text   NOT NULL,
  revision      bigint NOT NULL,
  effective     text   NOT NULL,
  created_at_ms bigint NOT NULL,
  PRIMARY KEY (nid, key)
);

CREATE INDEX idempotency_keys_age ON idempotency_keys (nid, created_at_ms);
