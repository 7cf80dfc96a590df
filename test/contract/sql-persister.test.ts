import { describe, it } from 'node:test';
import { missesMariaDb, testDatabases } from '../support/databases.ts';
import { BULK_CONTRACT } from './bulk-contract.ts';
import { CHANGE_LOG_CONTRACT } from './change-log-contract.ts';
import { COMMIT_CONTRACT } from './commit-contract.ts';
import { withPersister } from './contract-context.ts';
import { FACT_CONTRACT } from './fact-contract.ts';
import { FEED_CONTRACT } from './feed-contract.ts';
import { GUARDED_CONTRACT } from './guarded-contract.ts';
import { LISTING_CONTRACT } from './listing-contract.ts';
import { MODEL_CONTRACT } from './model-contract.ts';
import { POLICY_CONTRACT } from './policy-contract.ts';
import { SNAPSHOT_CONTRACT } from './snapshot-contract.ts';
import { STRING_CONTRACT } from './string-contract.ts';
import { WRITE_CONTRACT } from './write-contract.ts';

const CONTRACT = {
  writes: WRITE_CONTRACT,
  commits: COMMIT_CONTRACT,
  'guarded writes': GUARDED_CONTRACT,
  bulk: BULK_CONTRACT,
  listings: LISTING_CONTRACT,
  facts: FACT_CONTRACT,
  strings: STRING_CONTRACT,
  snapshots: SNAPSHOT_CONTRACT,
  policies: POLICY_CONTRACT,
  models: MODEL_CONTRACT,
  'change log': CHANGE_LOG_CONTRACT,
  'change feed': FEED_CONTRACT,
};

for (const kind of testDatabases()) {
  describe(`persister on ${kind.name}`, () => {
    for (const [part, contract] of Object.entries(CONTRACT)) {
      describe(part, () => {
        for (const [promise, test] of Object.entries(contract)) it(promise, () => withPersister(kind, test));
      });
    }
  });
}

const missing = missesMariaDb();
if (missing !== undefined) it('persister on MariaDB', { skip: missing });
