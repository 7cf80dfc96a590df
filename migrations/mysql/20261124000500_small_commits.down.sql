-- What makes small commits short is for PostgreSQL only.
SELECT 1;
