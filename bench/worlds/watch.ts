import { setTimeout as sleep } from 'node:timers/promises';
import { SthenoClient, type WatchEvent } from '../../src/client/index.ts';
import { nodeTransport } from '../../src/client/node-transport.ts';
import { Latencies } from '../load/latencies.ts';
import { startPostgres } from '../postgres.ts';
import { printTable } from '../report.ts';
import type { ServerProcess } from '../server-process.ts';
import { scratchFolder, startStheno, store } from '../stheno.ts';

const WRITES = 500;
const PAUSE_MS = 5;
const WATCHERS = [1, 50];
/** From the acknowledgement of a write until it is told. */
const MAX_SAME_P99_MS = 20;
const MAX_OTHER_P99_MS = 100;

/** How late those hear of a commit who watch the server that made it, and another one on the same database. */
export async function watch(): Promise<boolean> {
  const rows: string[][] = [['', 'same p50 ms', 'same p99 ms', 'other p50 ms', 'other p99 ms']];
  let allHold = true;
  const measureOn = async (name: string, dsn: string): Promise<void> => {
    for (const watchers of WATCHERS) {
      const { same, other } = await measureLags(dsn, watchers);
      const figures = [same.percentile(0.5), same.percentile(0.99), other.percentile(0.5), other.percentile(0.99)];
      rows.push([`${name}, ${watchers} each`, ...figures.map((ms) => ms.toFixed(2))]);
      allHold &&= same.percentile(0.99) < MAX_SAME_P99_MS && other.percentile(0.99) < MAX_OTHER_P99_MS;
    }
  };
  using folder = scratchFolder();
  await measureOn('SQLite file', `sqlite://${folder.path}/watch.sqlite`);
  await using postgres = await startPostgres();
  await measureOn('PostgreSQL', postgres.dsn);
  printTable(rows);
  const claim = `wanted < ${MAX_SAME_P99_MS} ms on the same server, < ${MAX_OTHER_P99_MS} ms on another`;
  console.log(`  ${allHold ? 'ok  ' : 'MISS'} p99 until a commit is told: ${claim}`);
  return allHold;
}

/** Writes one tuple after another, and waits until all who watch were told of all. */
async function measureLags(dsn: string, watchers: number): Promise<{ same: Latencies; other: Latencies }> {
  using writerFolder = scratchFolder();
  using followerFolder = scratchFolder();
  await using writer = await startStheno({ dsn, folder: writerFolder.path });
  await using follower = await startStheno({ dsn, folder: followerFolder.path });
  const acknowledgedMs = new Map<string, number>();
  const [same, other] = [new Told(writer, watchers), new Told(follower, watchers)];
  await Promise.all([same.begun, other.begun]);
  for (let index = 0; index < WRITES; index++) {
    const object = `${process.pid}-${watchers}-${index}`;
    await store(writer.writePort, [{ namespace: 'files', object, relation: 'view', subject_id: 'ann' }]);
    acknowledgedMs.set(object, performance.now());
    await sleep(PAUSE_MS);
  }
  return { same: await same.lags(acknowledgedMs), other: await other.lags(acknowledgedMs) };
}

/** When the watchers of a server heard of each object. */
class Told {
  readonly begun: Promise<unknown>;
  readonly #client: SthenoClient;
  readonly #watches: readonly AsyncGenerator<WatchEvent, never>[];
  readonly #told: readonly Promise<ReadonlyMap<string, number>>[];

  constructor({ port }: ServerProcess, watchers: number) {
    this.#client = new SthenoClient({ baseUrl: `http://127.0.0.1:${port}`, transport: nodeTransport() });
    this.#watches = Array.from({ length: watchers }, () => this.#client.watch());
    const begun = this.#watches.map((watch) => watch.next());
    this.begun = Promise.all(begun);
    this.#told = this.#watches.map((watch, index) => listen(watch, begun[index]));
  }

  /** A write may be told before whoever made it hears that it is done: then it is told at once. */
  async lags(acknowledgedMs: ReadonlyMap<string, number>): Promise<Latencies> {
    const lags = new Latencies();
    for (const told of await Promise.all(this.#told)) {
      for (const [object, atMs] of told) lags.add(Math.max(0, atMs - (acknowledgedMs.get(object) ?? Number.NaN)));
    }
    this.#client.close();
    return lags;
  }
}

async function listen(
  watch: AsyncGenerator<WatchEvent, never>,
  begun: Promise<unknown> | undefined,
): Promise<ReadonlyMap<string, number>> {
  await begun;
  const told = new Map<string, number>();
  while (told.size < WRITES) {
    const { value: event } = await watch.next();
    const atMs = performance.now();
    if (event.kind === 'tuples') for (const { tuple } of event.changes) told.set(tuple.object, atMs);
  }
  return told;
}
