import type { StoredSet, StoredSubject, StoredTuple } from './stored-tuple.ts';

/** From so many look-ups of one subject on it is cheaper to read which sets the subject is stored in, if these are not more. */
const MANY_LOOKUPS = 16;

/** Look-ups of one subject: where they stand among all look-ups. */
export interface SubjectLookups {
  readonly subject: StoredSubject;
  readonly positions: number[];
}

/** The subjects that are looked up in many sets, with these look-ups, and the positions of all others. */
export interface LookupsBySubject {
  readonly subjects: readonly SubjectLookups[];
  readonly others: readonly number[];
}

/** Undefined when no subject is looked up in many sets. */
export function lookupsBySubject(tuples: readonly StoredTuple[]): LookupsBySubject | undefined {
  if (tuples.length < MANY_LOOKUPS) return undefined;
  const groups = [...groupBySubject(tuples)];
  const subjects = groups.filter(({ positions }) => positions.length >= MANY_LOOKUPS);
  if (subjects.length === 0) return undefined;
  const others = groups.filter(({ positions }) => positions.length < MANY_LOOKUPS);
  return { subjects, others: others.flatMap(({ positions }) => positions) };
}

/** Answers a subject's look-ups in `stored` by all the sets that it is stored in. */
export function answerLookups(
  { positions }: SubjectLookups,
  { tuples, holders, stored }: { tuples: readonly StoredTuple[]; holders: readonly StoredSet[]; stored: boolean[] },
): void {
  if (holders.length === 0) return;
  const byObject = new Map<string, StoredSet[]>();
  for (const holder of holders) {
    const same = byObject.get(holder[1]);
    if (same === undefined) byObject.set(holder[1], [holder]);
    else same.push(holder);
  }
  for (const position of positions) {
    const [namespace, object, relation] = tuples[position] as StoredTuple; // positions are those of tuples
    const same = byObject.get(object);
    if (same?.some((holder) => holder[0] === namespace && holder[2] === relation)) stored[position] = true;
  }
}

function groupBySubject(tuples: readonly StoredTuple[]): Iterable<SubjectLookups> {
  const groups = new Map<string, SubjectLookups>();
  let last: SubjectLookups | undefined;
  for (const [position, [, , , namespace, object, relation]] of tuples.entries()) {
    if (last === undefined || !isSubject(last.subject, namespace, object, relation)) {
      const key = `${namespace}\0${object}\0${relation}`; // stored forms have no NUL
      last = groups.get(key) ?? { subject: [namespace, object, relation], positions: [] };
      groups.set(key, last);
    }
    last.positions.push(position);
  }
  return groups.values();
}

/** Mostly one subject's look-ups stand side by side. */
function isSubject(subject: StoredSubject, namespace: string, object: string, relation: string): boolean {
  return subject[1] === object && subject[0] === namespace && subject[2] === relation;
}
