import { LoadGenerator } from './load/load-generator.ts';
import type { Drive } from './measure.ts';
import { compile } from './worlds/compile.ts';
import { connections } from './worlds/connections.ts';
import { directCheckOnPostgres, directCheckOnSqlite } from './worlds/direct-check.ts';
import { graphsOnPostgres, graphsOnSqlite } from './worlds/graphs.ts';
import { http } from './worlds/http.ts';
import { importAgainstCopy } from './worlds/import.ts';
import { policies } from './worlds/policies.ts';
import { reload } from './worlds/reload.ts';
import { restAgainstGrpc } from './worlds/rest.ts';
import { start } from './worlds/start.ts';
import { transport } from './worlds/transport.ts';
import { watch } from './worlds/watch.ts';

/** A named measurement: prints what it found and says whether its claims hold. */
type World = (drive: Drive, generator: LoadGenerator, flags: Flags) => Promise<boolean>;

type Flags = Readonly<Record<string, string | boolean | undefined>>;

const WORLDS: Readonly<Record<string, World>> = {
  transport,
  connections,
  http,
  'direct-sqlite': directCheckOnSqlite,
  'direct-postgres': directCheckOnPostgres,
  rest: restAgainstGrpc,
  'graphs-sqlite': graphsOnSqlite,
  'graphs-postgres': graphsOnPostgres,
  compile,
  reload,
  policies,
  start,
  watch,
  import: (_drive, _generator, { tuples }) => importAgainstCopy(Number(tuples ?? 1_000_000)),
};

/** Runs the named worlds, or all of them. Returns whether every claim holds. @throws when a name is unknown */
export async function compareWorlds(names: readonly string[], flags: Flags): Promise<boolean> {
  const drive: Drive = {
    rounds: Number(flags.rounds ?? 5),
    warmUpMs: 300,
    windowMs: Number(flags['window-ms'] ?? 1000),
    inFlight: Number(flags['in-flight'] ?? 64),
  };
  using generator = new LoadGenerator();
  let allHold = true;
  for (const name of names.length > 0 ? names : Object.keys(WORLDS)) {
    const world = WORLDS[name];
    if (world === undefined) throw new Error(`unknown world "${name}", there are ${Object.keys(WORLDS).join(', ')}`);
    console.log(`${name} (${drive.rounds} rounds of ${drive.windowMs} ms, ${drive.inFlight} in flight)`);
    if (!(await world(drive, generator, flags))) allHold = false;
  }
  return allHold;
}
