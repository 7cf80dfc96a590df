DROP TABLE strings;
DROP TABLE relation_tuples;
