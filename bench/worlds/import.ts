import { execFile } from 'node:child_process';
import { chmodSync, createWriteStream } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { residentBytes } from '../cpu-time.ts';
import { startPostgres } from '../postgres.ts';
import { printTable } from '../report.ts';
import { scratchFolder, startStheno } from '../stheno.ts';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const WARM_UP_TUPLES = 20_000;
/** An import against COPY into an empty table with the same two indexes. */
const MAX_RATIO = 2;
const MAX_GROWTH_MB = 200;
const SAMPLE_MS = 50;

/** How long an import takes on PostgreSQL, without the graph, and how much the server grows meanwhile. */
export async function importAgainstCopy(tuples: number): Promise<boolean> {
  await using postgres = await startPostgres();
  using folder = scratchFolder();
  chmodSync(folder.path, 0o755); // PostgreSQL runs as another user and reads what it copies
  await using server = await startStheno({
    dsn: postgres.dsn,
    folder: folder.path,
    settings: ['graph: { enabled: false }'],
  });
  const importLines = async (name: string, count: number): Promise<number> => {
    const file = path.join(folder.path, `${name}.jsonl`);
    await pipeline(Readable.from(lines(count, (index) => jsonLine(name, index))), createWriteStream(file));
    const beganMs = performance.now();
    const flags = ['--write-remote', `127.0.0.1:${server.writePort}`, '--insecure-disable-transport-security', '-q'];
    await promisify(execFile)(process.execPath, [MAIN, 'import', file, ...flags]);
    return performance.now() - beganMs;
  };
  await importLines('warm-up', WARM_UP_TUPLES);
  const beforeBytes = residentBytes(server.pid);
  let peakBytes = beforeBytes;
  const sampling = setInterval(() => (peakBytes = Math.max(peakBytes, residentBytes(server.pid))), SAMPLE_MS);
  const importMs = await importLines('imported', tuples);
  clearInterval(sampling);
  const copyMs = await copy(postgres.dsn, path.join(folder.path, 'copied.tsv'), tuples);
  const ratio = importMs / copyMs;
  const growthMb = (peakBytes - beforeBytes) / 2 ** 20;
  printTable([
    ['', 'tuples', 'seconds', 'tuples/s'],
    ...[['import', importMs] as const, ['COPY', copyMs] as const].map(([name, ms]) => [
      name,
      String(tuples),
      (ms / 1000).toFixed(1),
      Math.round((tuples / ms) * 1000).toString(),
    ]),
  ]);
  const isFast = ratio <= MAX_RATIO;
  const isSmall = growthMb < MAX_GROWTH_MB;
  console.log(`  ${isFast ? 'ok  ' : 'MISS'} ${ratio.toFixed(2)} × COPY, wanted <= ${MAX_RATIO}`);
  console.log(`  ${isSmall ? 'ok  ' : 'MISS'} the server grew by ${growthMb.toFixed(0)} MB, wanted < ${MAX_GROWTH_MB}`);
  return isFast && isSmall;
}

/** Copies as many tuples into the table behind those that are there. @returns how long it took, in ms */
async function copy(dsn: string, file: string, count: number): Promise<number> {
  const client = new pg.Client({ connectionString: dsn });
  await client.connect();
  try {
    const { rows } = await client.query<{ nid: string }>('SELECT nid FROM stheno_networks');
    const nid = rows[0]?.nid ?? '';
    await pipeline(Readable.from(lines(count, (index) => copyLine(nid, index))), createWriteStream(file));
    await client.query('DELETE FROM relation_tuples');
    await client.query('VACUUM relation_tuples');
    const columns = 'nid, namespace, object, relation, subject_namespace, subject_object, subject_relation';
    const beganMs = performance.now();
    await client.query(`COPY relation_tuples (${columns}) FROM '${file}'`);
    return performance.now() - beganMs;
  } finally {
    await client.end();
  }
}

function* lines(count: number, format: (index: number) => string): Generator<string> {
  for (let index = 0; index < count; index += 1000) {
    yield Array.from({ length: Math.min(1000, count - index) }, (_, offset) => format(index + offset)).join('');
  }
}

/** Objects come in no order, as in a store that has grown. */
function objectOf(index: number): string {
  return `file-${(Math.imul(index, 0x9e3779b1) >>> 0).toString(36)}`;
}

function jsonLine(name: string, index: number): string {
  const tuple = {
    namespace: 'files',
    object: `${name}/${objectOf(index)}`,
    relation: 'view',
    subject_id: `user-${index % 10_000}`,
  };
  return `${JSON.stringify(tuple)}\n`;
}

function copyLine(nid: string, index: number): string {
  return `${nid}\tfiles\tcopied/${objectOf(index)}\tview\t\tuser-${index % 10_000}\t\n`;
}
