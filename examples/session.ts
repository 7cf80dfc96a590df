/** Reads its own writes, also in another request of the same user, perhaps on another machine. */
import { SthenoClient } from 'stheno/client';

const { STHENO_READ_URL: readUrl = 'http://127.0.0.1:4466', STHENO_WRITE_URL: writeUrl = 'http://127.0.0.1:4467' } =
  process.env;

const client = new SthenoClient({ readUrl, writeUrl });

// One request shares a document. Everything that it reads afterwards sees this.
const sharing = client.session();
await sharing.write([{ insert: 'resources:plan#viewer@ann' }]);
console.log('while sharing:', await sharing.check('resources:plan#viewer@ann'));

// The token goes wherever the next request finds it: a cookie, or a column beside the document.
const { snaptoken } = sharing;

const viewing = client.session(snaptoken);
console.log('while viewing:', await viewing.check('resources:plan#viewer@ann'));

client.close();
