-- A commit of few tuples, which most are, with as little as possible between its lock and its end (docs/adr/0022).
-- `stheno_commit` stays for servers of the versions before.

-- Each commit would look its network up, and lock that row.
ALTER TABLE changes DROP CONSTRAINT changes_nid_fkey;

-- Arguments and answers are those of `stheno_commit`, but for the time, in milliseconds since 1970. `notice` is what
-- listeners are told before the revision; when it is empty, nobody is told.
-- The head is moved on before anything else, which is its lock too. It is set right when not all deltas change something.
CREATE FUNCTION stheno_commit_tuples(
  network bigint, writer text, notice text, signs integer[],
  namespaces text[], objects text[], relations text[],
  subject_namespaces text[], subject_objects text[], subject_relations text[],
  digests text[], long_strings bytea[],
  change_payload text, lanes bigint[], hashes integer[],
  OUT new_revision bigint, OUT new_checksum text, OUT committed_at_ms bigint, OUT changed boolean[]
) LANGUAGE plpgsql AS $$
DECLARE
  now_at timestamptz;
BEGIN
  IF cardinality(signs) = 0 THEN
    new_revision := stheno_lock(network, writer);
    RETURN;
  END IF;

  UPDATE heads SET revision = revision + 1, checksum = stheno_add(checksum, lanes)
  WHERE nid = network AND holder IN ('', writer)
  RETURNING revision, checksum INTO new_revision, new_checksum;
  IF NOT FOUND THEN PERFORM stheno_refuse(); END IF;

  changed := stheno_apply(
    network, signs, namespaces, objects, relations, subject_namespaces, subject_objects, subject_relations,
    digests, long_strings
  );
  IF changed IS NOT NULL THEN
    UPDATE heads
    SET revision = CASE WHEN true = ANY (changed) THEN revision ELSE revision - 1 END,
      checksum = stheno_add(checksum, undone.lanes)
    FROM (
      SELECT ARRAY[
        -sum(hashes[4 * number - 3]), -sum(hashes[4 * number - 2]), -sum(hashes[4 * number - 1]), -sum(hashes[4 * number])
      ] AS lanes
      FROM generate_subscripts(changed, 1) AS number
      WHERE NOT changed[number]
    ) AS undone
    WHERE nid = network
    RETURNING revision, checksum INTO new_revision, new_checksum;
    IF NOT (true = ANY (changed)) THEN
      new_checksum := NULL;
      RETURN;
    END IF;
    SELECT '[' || string_agg(delta::text, ',' ORDER BY number) || ']' INTO change_payload
    FROM json_array_elements(change_payload::json) WITH ORDINALITY AS logged (delta, number)
    WHERE changed[number];
  END IF;

  now_at := clock_timestamp();
  committed_at_ms := floor(extract(epoch FROM now_at) * 1000);
  INSERT INTO changes (nid, revision, committed_at, kind, payload, checksum)
  VALUES (network, new_revision, now_at, 'tuples', change_payload, new_checksum);
  IF notice <> '' THEN PERFORM pg_notify('stheno_changes', notice || new_revision); END IF;
END $$;
