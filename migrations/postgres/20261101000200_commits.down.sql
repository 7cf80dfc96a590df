DROP FUNCTION stheno_commit;
DROP FUNCTION stheno_append;
DROP FUNCTION stheno_add;
DROP FUNCTION stheno_apply;
ALTER TABLE changes DROP COLUMN checksum;
ALTER TABLE heads DROP COLUMN checksum;
