DROP TABLE IF EXISTS change_pieces;
