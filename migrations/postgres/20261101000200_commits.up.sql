-- The sum over all stored tuples after the commit (src/tuple/tuple-checksum.ts); NULL where it is not known, because
-- tuples were stored before there was this column.
ALTER TABLE heads ADD COLUMN checksum text;
ALTER TABLE changes ADD COLUMN checksum text;
UPDATE heads SET checksum = '00000000000000000000000000000000' WHERE revision = 0;

-- A commit is one statement: a function takes the lock, and each statement in it then sees the newest state.
-- The arrays of one call have one element for each delta: signs are 1 (insert) and -1 (delete).

-- Changes the tuples. The result says of each delta whether it changed something; NULL says that all of them did.
CREATE FUNCTION stheno_apply(
  network bigint, signs integer[],
  namespaces text[], objects text[], relations text[],
  subject_namespaces text[], subject_objects text[], subject_relations text[],
  digests text[], long_strings bytea[]
) RETURNS boolean[] LANGUAGE plpgsql AS $$
DECLARE
  places   tid[];
  deleted  boolean[];
  inserted integer;
BEGIN
  IF cardinality(digests) > 0 THEN
    INSERT INTO strings (digest, value) SELECT * FROM unnest(digests, long_strings) ON CONFLICT DO NOTHING;
  END IF;

  -- OFFSET 0 keeps the planner from turning the join round: one index look-up for each row, whatever it estimates.
  -- A place cannot change in between: only the holder of the head's lock writes.
  IF -1 = ANY (signs) THEN
    SELECT array_agg(found.ctid), array_agg(asked.sign = 1 OR found.ctid IS NOT NULL ORDER BY asked.number)
    INTO places, deleted
    FROM unnest(signs, namespaces, objects, relations, subject_namespaces, subject_objects, subject_relations)
      WITH ORDINALITY
      AS asked (sign, namespace, object, relation, subject_namespace, subject_object, subject_relation, number)
    LEFT JOIN LATERAL (
      SELECT t.ctid FROM relation_tuples AS t
      WHERE asked.sign = -1 AND t.nid = network
        AND t.namespace = asked.namespace AND t.object = asked.object AND t.relation = asked.relation
        AND t.subject_namespace = asked.subject_namespace AND t.subject_object = asked.subject_object
        AND t.subject_relation = asked.subject_relation
      OFFSET 0
    ) AS found ON true;
    DELETE FROM relation_tuples WHERE ctid = ANY (places);
  END IF;

  IF 1 = ANY (signs) THEN
    INSERT INTO relation_tuples
      (nid, namespace, object, relation, subject_namespace, subject_object, subject_relation)
    SELECT network, namespace, object, relation, subject_namespace, subject_object, subject_relation
    FROM unnest(signs, namespaces, objects, relations, subject_namespaces, subject_objects, subject_relations)
      AS asked (sign, namespace, object, relation, subject_namespace, subject_object, subject_relation)
    WHERE sign = 1
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS inserted = ROW_COUNT;
  END IF;

  IF inserted < cardinality(array_positions(signs, 1)) THEN
    -- Some were stored already: what this transaction inserted is what has its number.
    RETURN (
      SELECT array_agg(coalesce(deleted[asked.number], true) AND (asked.sign = -1 OR found.is_new) ORDER BY asked.number)
      FROM unnest(signs, namespaces, objects, relations, subject_namespaces, subject_objects, subject_relations)
        WITH ORDINALITY
        AS asked (sign, namespace, object, relation, subject_namespace, subject_object, subject_relation, number)
      LEFT JOIN LATERAL (
        SELECT t.xmin = pg_current_xact_id()::xid AS is_new FROM relation_tuples AS t
        WHERE asked.sign = 1 AND t.nid = network
          AND t.namespace = asked.namespace AND t.object = asked.object AND t.relation = asked.relation
          AND t.subject_namespace = asked.subject_namespace AND t.subject_object = asked.subject_object
          AND t.subject_relation = asked.subject_relation
        OFFSET 0
      ) AS found ON true
    );
  END IF;
  RETURN CASE WHEN false = ANY (deleted) THEN deleted END;
END $$;

-- Adds to the four lanes of a checksum, each modulo 2^32; NULL stays NULL.
CREATE FUNCTION stheno_add(checksum text, lanes bigint[]) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT lpad(to_hex((('x' || substr(checksum, 1, 8))::bit(32)::bigint + lanes[1]) & 4294967295), 8, '0')
    || lpad(to_hex((('x' || substr(checksum, 9, 8))::bit(32)::bigint + lanes[2]) & 4294967295), 8, '0')
    || lpad(to_hex((('x' || substr(checksum, 17, 8))::bit(32)::bigint + lanes[3]) & 4294967295), 8, '0')
    || lpad(to_hex((('x' || substr(checksum, 25, 8))::bit(32)::bigint + lanes[4]) & 4294967295), 8, '0')
$$;

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
