-- A lease is for PostgreSQL only.
SELECT 1;
