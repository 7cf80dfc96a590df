-- A lease is for PostgreSQL only.
DO 0;
