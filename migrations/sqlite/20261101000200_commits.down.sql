ALTER TABLE changes DROP COLUMN checksum;
ALTER TABLE heads DROP COLUMN checksum;
