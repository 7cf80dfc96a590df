DROP FUNCTION stheno_commit_tuples;
ALTER TABLE changes ADD CONSTRAINT changes_nid_fkey FOREIGN KEY (nid) REFERENCES stheno_networks (nid);
