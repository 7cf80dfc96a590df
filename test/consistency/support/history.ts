/** A move of a register from the version before to this one, acknowledged. Each register has one writer, which counts up from 1. */
export interface Write {
  readonly register: string;
  readonly version: number;
  readonly beganMs: number;
  readonly endedMs: number;
  /** Of the snaptoken that came back. */
  readonly revision: number;
}

/** An answer to "which version does the register have?"; 0 before the first write. */
export interface Read {
  readonly register: string;
  readonly version: number;
  readonly beganMs: number;
  readonly endedMs: number;
  readonly revision: number;
  /** What was asked for: every acknowledged write (`fresh`), or at least that of a token. */
  readonly asked: 'fresh' | { readonly minRevision: number };
}

export interface History {
  readonly writes: readonly Write[];
  readonly reads: readonly Read[];
}

/**
 * What in a history no correct server can have done, in words; empty when there is nothing:
 *
 * - the revisions of a register's writes go up with its versions
 * - a read has the version that its register has at the read's revision, and of no write that began after it
 * - a fresh read has the revision of every write that was acknowledged before it began
 * - a read with a token has at least the token's revision
 */
export function violationsOf({ writes, reads }: History): string[] {
  const violations: string[] = [];
  const byRegister = groupByRegister(writes);
  for (const [register, own] of byRegister) {
    own.sort((one, other) => one.version - other.version);
    own.slice(1).forEach((write, index) => {
      if (write.revision <= (own[index]?.revision ?? 0)) {
        violations.push(`${register}: version ${write.version} has revision ${write.revision}, not a newer one`);
      }
    });
  }
  const acknowledged = acknowledgedRevisions(writes);
  for (const read of reads) {
    const own = byRegister.get(read.register) ?? [];
    const name = `${read.register} at revision ${read.revision}`;
    const right = own.findLast(({ revision }) => revision <= read.revision)?.version ?? 0;
    if (read.version !== right) violations.push(`${name}: has version ${right}, but ${read.version} was read`);
    const write = own.find(({ version }) => version === read.version);
    if (write !== undefined && write.beganMs > read.endedMs) violations.push(`${name}: read before it was written`);
    const least = read.asked === 'fresh' ? acknowledged(read.beganMs) : read.asked.minRevision;
    if (read.revision < least) violations.push(`${name}: revision ${least} was due`);
  }
  return violations;
}

/** The newest revision that was acknowledged before a moment. */
function acknowledgedRevisions(writes: readonly Write[]): (beforeMs: number) => number {
  const ends = [...writes].sort((one, other) => one.endedMs - other.endedMs);
  let newest = 0;
  const newestAt = ends.map(({ revision }) => (newest = Math.max(newest, revision)));
  return (beforeMs) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] as Write).endedMs < beforeMs)
        low = middle + 1; // below the length
      else high = middle;
    }
    return newestAt[low - 1] ?? 0;
  };
}

function groupByRegister(writes: readonly Write[]): Map<string, Write[]> {
  const groups = new Map<string, Write[]>();
  for (const write of writes) {
    const group = groups.get(write.register);
    if (group === undefined) groups.set(write.register, [write]);
    else group.push(write);
  }
  return groups;
}
