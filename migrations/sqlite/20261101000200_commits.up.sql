-- The sum over all stored tuples after the commit (src/tuple/tuple-checksum.ts); NULL where it is not known, because
-- tuples were stored before there was this column.
ALTER TABLE heads ADD COLUMN checksum TEXT;
ALTER TABLE changes ADD COLUMN checksum TEXT;
UPDATE heads SET checksum = '00000000000000000000000000000000' WHERE revision = 0;
