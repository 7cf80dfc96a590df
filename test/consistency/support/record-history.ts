import type { SthenoClient } from '../../../src/client/index.ts';
import type { History, Read, Write } from './history.ts';
import { revisionOf } from './revision-of.ts';

/** How many versions a register may have: a read asks for all of them at once. */
export const MAX_VERSIONS = 40;

/**
 * Moves registers from version to version through one server or another, while others read them through any. A
 * register is an object with one viewer, the group of its version; `ann` is in all those groups.
 */
export async function recordHistory(
  clients: readonly SthenoClient[],
  { registers, readers }: { registers: number; readers: number },
): Promise<History> {
  const history: Recording = { writes: [], reads: [], tokens: new Map() };
  let isOver = false;
  const names = Array.from({ length: registers }, (_, index) => `r${index}`);
  const at = (index: number): SthenoClient => clients[index % clients.length] as SthenoClient; // there is one
  await at(0).write(versions((version) => ({ insert: `Group:v${version}#members@ann` })));
  const writing = Promise.all(names.map((name, index) => writeVersions(at(index), name, history)));
  const reading = Array.from({ length: readers }, async (_, reader) => {
    for (let round = 0; !isOver; round++) {
      const register = names[(reader + round) % names.length] as string; // there is one
      await readVersion(at(reader), register, history, round % 3);
    }
  });
  await Promise.all([writing.finally(() => (isOver = true)), ...reading]);
  return history;
}

interface Recording extends History {
  readonly writes: Write[];
  readonly reads: Read[];
  /** The token of each register's newest write. */
  readonly tokens: Map<string, string>;
}

async function writeVersions(client: SthenoClient, register: string, { writes, tokens }: Recording): Promise<void> {
  for (let version = 1; version <= MAX_VERSIONS; version++) {
    const beganMs = performance.now();
    const { snaptoken } = await client.write([
      { delete: viewer(register, version - 1) },
      { insert: viewer(register, version) },
    ]);
    writes.push({ register, version, beganMs, endedMs: performance.now(), revision: revisionOf(snaptoken) });
    tokens.set(register, snaptoken);
  }
}

async function readVersion(client: SthenoClient, register: string, recording: Recording, way: number): Promise<void> {
  const beganMs = performance.now();
  const snaptoken = way === 1 ? recording.tokens.get(register) : undefined;
  const questions = versions((version) => `Doc:${register}#v${version}@ann`);
  const results = await client.checkMany(questions, {
    ...(snaptoken === undefined ? {} : { snaptoken }),
    ...(way === 2 ? { consistency: 'minimize-latency' as const } : {}),
  });
  const allowed = results.flatMap((result, index) => (result.allowed ? [index + 1] : []));
  if (allowed.length > 1) throw new Error(`${register} has the versions ${allowed.join(' and ')} at once`);
  const least = snaptoken === undefined ? 0 : revisionOf(snaptoken);
  recording.reads.push({
    register,
    version: allowed[0] ?? 0,
    beganMs,
    endedMs: performance.now(),
    revision: revisionOf(results[0]?.snaptoken ?? ''),
    asked: way !== 2 && snaptoken === undefined ? 'fresh' : { minRevision: least },
  });
}

function viewer(register: string, version: number): string {
  return `Doc:${register}#v${version}@(Group:v${version}#members)`;
}

function versions<T>(make: (version: number) => T): T[] {
  return Array.from({ length: MAX_VERSIONS }, (_, index) => make(index + 1));
}
