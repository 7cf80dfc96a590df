import { openPersister } from '../src/persistence/sql/open-persister.ts';
import type { Flavor } from '../src/policy/flavor.ts';
import type { Policy } from '../src/policy/policy.ts';
import { StoredPolicies } from '../src/service/stored-policies.ts';
import type { Question } from './load/window.ts';

/** How many policies are stored at the same time, which is as many as may share a commit. */
const STORED_TOGETHER = 1_000;
/** How many policies the questions go round. */
const ASKED = 2_000;

/** The flavors that are measured: texts, and patterns that begin with a text. */
export type PolicyFlavor = Flavor & ('exact' | 'regex');

/** The pattern of a document's resources. */
const PATTERNS: Readonly<Record<PolicyFlavor, (index: number) => string>> = {
  exact: (index) => `docs:${index}:draft`,
  regex: (index) => `docs:${index}:<draft|final[0-9]+>`,
};

/** Patterns on which engines that try one way after the other never end, and the letter that they repeat. */
export const CATASTROPHES: readonly string[] = ['(a+)+$', '(a*)*$', '(a|a)*$', '(a|aa)+$', '([a-z]+)*!', '(.*a){12}$'];

/** Stores one policy for each of `count` documents: each lets one user read and change it. */
export async function storePolicies(dsn: string, flavors: readonly PolicyFlavor[], count: number): Promise<void> {
  await store(
    dsn,
    flavors,
    Array.from({ length: count }, (_, index) => index),
    (flavor, index) => ({
      ...policy(`policy-${index}`, PATTERNS[flavor](index)),
      subjects: [`user:${index}`],
    }),
  );
}

/** Stores a policy for everybody with each of the catastrophes, behind its index and a colon. */
export async function storeCatastrophes(dsn: string): Promise<void> {
  await store(dsn, ['regex'], CATASTROPHES, (_flavor, expression) =>
    policy(`catastrophe ${expression}`, `${CATASTROPHES.indexOf(expression)}:<${expression}>`),
  );
}

async function store<Item>(
  dsn: string,
  flavors: readonly PolicyFlavor[],
  items: readonly Item[],
  toPolicy: (flavor: PolicyFlavor, item: Item) => Policy,
): Promise<void> {
  // Nothing has to survive a loss of power, and each policy is a commit.
  await using persister = await openPersister({ dsn: `${dsn}?_synchronous=off`, autoMigrate: true });
  const policies = new StoredPolicies({ documents: persister.policyDocuments });
  for (const flavor of flavors) {
    for (let from = 0; from < items.length; from += STORED_TOGETHER) {
      const together = items.slice(from, from + STORED_TOGETHER);
      await Promise.all(together.map((item) => policies.upsertPolicy(flavor, toPolicy(flavor, item))));
    }
  }
}

function policy(id: string, resource: string): Policy {
  return {
    id,
    description: '',
    subjects: ['<.*>'],
    resources: [resource],
    actions: ['read', 'write'],
    effect: 'allow',
    conditions: undefined,
  };
}

/** Questions spread over the stored policies, every second about a user who may not. */
export function policyQuestions(flavor: PolicyFlavor, count: number): Question[] {
  return Array.from({ length: Math.min(ASKED, 2 * count) }, (_, index) => {
    const isAllowed = index % 2 === 0;
    const place = Math.floor((index * count) / Math.min(ASKED, 2 * count));
    const subject = isAllowed ? `user:${place}` : 'user:stranger';
    const body = JSON.stringify({ subject, resource: `docs:${place}:draft`, action: 'read' });
    const head = [
      `POST ${allowedPath(flavor)} HTTP/1.1`,
      'host: 127.0.0.1',
      'user-agent: stheno-bench',
      'content-type: application/json',
      `content-length: ${Buffer.byteLength(body)}`,
    ];
    return { bytes: Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`).toString('base64'), isAllowed };
  });
}

export function allowedPath(flavor: PolicyFlavor): string {
  return `/engines/acp/ory/${flavor}/allowed`;
}
