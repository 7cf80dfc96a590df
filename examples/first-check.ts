/** Stores who may do what, asks, and takes it back. */
import { SthenoClient } from 'stheno/client';
import { nodeTransport } from 'stheno/client/node';

const { STHENO_READ_URL: readUrl = 'http://127.0.0.1:4466', STHENO_WRITE_URL: writeUrl = 'http://127.0.0.1:4467' } =
  process.env;

// Without a transport, requests travel through fetch, here and in browsers.
const client = new SthenoClient({ readUrl, writeUrl, transport: nodeTransport() });

await client.write([
  { insert: 'groups:eng#member@ann' },
  // Names that come from somewhere else belong into parts, where `:`, `#` and `@` mean nothing.
  {
    insert: {
      namespace: 'resources',
      object: 'report #7: costs',
      relation: 'owner',
      subject: { namespace: 'groups', object: 'eng', relation: 'member' },
    },
  },
]);

const question = { namespace: 'resources', object: 'report #7: costs', relation: 'owner' };
console.log('ann:', await client.check({ ...question, subject: 'ann' }));
console.log('bob:', await client.check({ ...question, subject: 'bob' }));

const answers = await client.checkMany(['ann', 'bob', 'kim'].map((subject) => ({ ...question, subject })));
console.log('allowed:', answers.filter(({ allowed }) => allowed).length, 'of', answers.length);

await client.deleteTuples({ namespace: 'groups', object: 'eng' });
console.log('ann, later:', await client.check({ ...question, subject: 'ann' }));

client.close();
