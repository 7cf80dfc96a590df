DROP INDEX changes_of_policies;
ALTER TABLE heads DROP COLUMN policy_revision;
DROP TABLE policy_documents;
