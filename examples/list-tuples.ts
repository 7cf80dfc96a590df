/** Goes through a listing of any length, and shows one page of it to somebody. */
import { formatTuple, SthenoClient } from 'stheno/client';

const { STHENO_READ_URL: readUrl = 'http://127.0.0.1:4466', STHENO_WRITE_URL: writeUrl = 'http://127.0.0.1:4467' } =
  process.env;

const client = new SthenoClient({ readUrl, writeUrl });

const names = Array.from({ length: 25 }, (_, index) => `user${String(index).padStart(2, '0')}`);
await client.write(names.map((name) => ({ insert: `groups:everyone#member@${name}` })));

const query = { namespace: 'groups', object: 'everyone' };
let count = 0;
for await (const tuple of client.listTuples(query, { pageSize: 10 })) {
  if (count === 0) console.log('first:', formatTuple(tuple));
  count += 1;
}
console.log('count:', count);

// A web page has "next" buttons: it keeps the token of the page, not the iterator.
const first = (await client.listTuplePages(query, { pageSize: 10 }).next()).value;
const second = (await client.listTuplePages(query, { pageSize: 10, pageToken: first?.nextPageToken }).next()).value;
console.log('second page:', second?.tuples.map(({ subject }) => subject.kind === 'id' && subject.id).join(' '));

client.close();
