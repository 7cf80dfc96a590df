import { holdLease, openLeased } from './support/leased-persister.ts';

/** Takes the lease of a database, says so, and keeps it until it is killed. */
const persister = await openLeased(String(process.argv[2]));
await holdLease(persister);
console.log('held');
setInterval(() => persister.soleNewest(), 10);
