DROP TABLE IF EXISTS change_pieces;
UPDATE heads SET checksum = NULL;
