DROP TABLE IF EXISTS policy_documents;
UPDATE heads SET policy_revision = 0;
