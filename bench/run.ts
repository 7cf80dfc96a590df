import { parseArgs } from 'node:util';
import { LoadGenerator } from './load/load-generator.ts';
import type { Drive } from './measure.ts';
import { compile } from './worlds/compile.ts';
import { directCheckOnPostgres, directCheckOnSqlite } from './worlds/direct-check.ts';
import { graphsOnPostgres, graphsOnSqlite } from './worlds/graphs.ts';
import { reload } from './worlds/reload.ts';
import { restAgainstGrpc } from './worlds/rest.ts';
import { start } from './worlds/start.ts';
import { transport } from './worlds/transport.ts';

/** A named measurement: prints what it found and says whether its claims hold. */
type World = (drive: Drive, generator: LoadGenerator) => Promise<boolean>;

const WORLDS: Readonly<Record<string, World>> = {
  transport,
  'direct-sqlite': directCheckOnSqlite,
  'direct-postgres': directCheckOnPostgres,
  rest: restAgainstGrpc,
  'graphs-sqlite': graphsOnSqlite,
  'graphs-postgres': graphsOnPostgres,
  compile,
  reload,
  start,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    'window-ms': { type: 'string', default: '1000' },
    'in-flight': { type: 'string', default: '64' },
  },
});
const drive: Drive = {
  rounds: Number(values.rounds),
  warmUpMs: 300,
  windowMs: Number(values['window-ms']),
  inFlight: Number(values['in-flight']),
};

using generator = new LoadGenerator();
for (const name of positionals.length > 0 ? positionals : Object.keys(WORLDS)) {
  const world = WORLDS[name];
  if (world === undefined) throw new Error(`unknown world "${name}", there are ${Object.keys(WORLDS).join(', ')}`);
  console.log(`${name} (${drive.rounds} rounds of ${drive.windowMs} ms, ${drive.inFlight} in flight)`);
  if (!(await world(drive, generator))) process.exitCode = 1;
}
