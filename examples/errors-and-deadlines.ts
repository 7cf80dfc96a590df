/** What can go wrong, and for how long it may. */
import { RequestError, SthenoClient } from 'stheno/client';

const { STHENO_READ_URL: readUrl = 'http://127.0.0.1:4466' } = process.env;

const client = new SthenoClient({
  readUrl,
  timeoutMs: 10_000,
  retry: { maxAttempts: 5, initialDelayMs: 20, maxDelayMs: 500 },
});

/** Denies when nobody can say: of all answers this is the one that does no harm. */
async function isAllowed(tuple: string, signal?: AbortSignal): Promise<boolean> {
  try {
    return await client.check(tuple, { signal, timeoutMs: 5_000 });
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    console.log(`${error.code}: ${error.reason ?? error.message}`);
    return false;
  }
}

console.log(await isAllowed('resources:plan#owner@ann'));
console.log(await isAllowed('no-such-namespace:plan#owner@ann'));
console.log(await isAllowed('this is no tuple'));
console.log(await isAllowed('resources:plan#owner@ann', AbortSignal.abort()));

client.close();
