DROP TABLE IF EXISTS strings;
DROP TABLE IF EXISTS relation_tuples;
