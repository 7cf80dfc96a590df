DROP FUNCTION stheno_commit;
DROP FUNCTION stheno_append;
DROP FUNCTION stheno_lock;
DROP FUNCTION stheno_refuse;
ALTER TABLE heads DROP COLUMN holder, DROP COLUMN renewals, DROP COLUMN is_wanted;

-- Appends to the change log and moves the head on; whoever listens is told when the transaction is committed.
-- The clock is the database's, so that times are of one clock however many servers write.
CREATE FUNCTION stheno_append(
  network bigint, change_kind text, change_payload text, lanes bigint[],
  OUT new_revision bigint, OUT new_checksum text, OUT new_committed_at timestamptz
) LANGUAGE plpgsql AS $$
BEGIN
  WITH head AS (
    UPDATE heads SET revision = revision + 1, checksum = stheno_add(checksum, lanes)
    WHERE nid = network RETURNING revision, checksum
  ), change AS (
    INSERT INTO changes (nid, revision, committed_at, kind, payload, checksum)
    SELECT network, revision, clock_timestamp(), change_kind, change_payload, checksum FROM head
    RETURNING revision, checksum, committed_at
  )
  SELECT change.revision, change.checksum, change.committed_at
  INTO STRICT new_revision, new_checksum, new_committed_at
  FROM change
  JOIN stheno_networks ON stheno_networks.nid = network
  CROSS JOIN LATERAL (SELECT pg_notify('stheno_changes', encode(stheno_networks.id, 'hex') || ':' || change.revision))
    AS notice;
END $$;

-- A whole commit. change_payload is the log's JSON array of all deltas and lanes what all of them add to the checksum;
-- hashes has four numbers for each delta, which are needed when not all of them change something. When none does,
-- nothing is logged, the revision is the newest one, and there is no checksum.
CREATE FUNCTION stheno_commit(
  network bigint, change_kind text, signs integer[],
  namespaces text[], objects text[], relations text[],
  subject_namespaces text[], subject_objects text[], subject_relations text[],
  digests text[], long_strings bytea[],
  change_payload text, lanes bigint[], hashes integer[],
  OUT new_revision bigint, OUT new_checksum text, OUT new_committed_at timestamptz, OUT changed boolean[]
) LANGUAGE plpgsql AS $$
BEGIN
  SELECT revision INTO STRICT new_revision FROM heads WHERE nid = network FOR UPDATE;
  IF cardinality(signs) = 0 THEN RETURN; END IF;
  changed := stheno_apply(
    network, signs, namespaces, objects, relations, subject_namespaces, subject_objects, subject_relations,
    digests, long_strings
  );
  IF changed IS NOT NULL THEN
    IF NOT (true = ANY (changed)) THEN RETURN; END IF;
    SELECT '[' || string_agg(delta::text, ',' ORDER BY number) || ']' INTO change_payload
    FROM json_array_elements(change_payload::json) WITH ORDINALITY AS logged (delta, number)
    WHERE changed[number];
    SELECT ARRAY[sum(hashes[4 * number - 3]), sum(hashes[4 * number - 2]), sum(hashes[4 * number - 1]), sum(hashes[4 * number])]
    INTO lanes FROM generate_subscripts(changed, 1) AS number
    WHERE changed[number];
  END IF;
  SELECT appended.* INTO new_revision, new_checksum, new_committed_at
  FROM stheno_append(network, change_kind, change_payload, lanes) AS appended;
END $$;
