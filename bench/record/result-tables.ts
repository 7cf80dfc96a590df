import { FLOOR_TUPLES, FLOORS, isReached } from './floors.ts';
import type { Consistency, Results, Row } from './results.ts';
import { SERVER_KINDS } from './server-kind.ts';

/** A record as Markdown: machine and versions, the floors, every question, and what was measured once. */
export function resultTables(results: Results): string {
  const { machine, begunAt, minutes, tuples, rounds, windowMs } = results;
  const parts = [
    [
      `Measured ${begunAt.slice(0, 10)} in ${minutes.toFixed(0)} minutes: ${machine.processors}, ${machine.memoryGiB} GiB,`,
      `${machine.kernel}; Node.js ${machine.node}, PostgreSQL ${machine.postgres}, Stheno ${machine.stheno};`,
      `${tuples.toLocaleString('en')} tuples in each large dataset, medians of ${rounds} windows of ${windowMs} ms.`,
      'Generator, server and PostgreSQL share the machine.',
    ].join('\n'),
    ...(tuples === FLOOR_TUPLES ? ['### Floors', floorTable(results)] : []),
    '### Questions',
    rowTable(results),
    '### Measured once',
    table(
      ['what', 'server', 'value'],
      results.figures.map(({ title, dataset, server, value, unit }) => [
        title.includes(dataset) ? title : `${dataset}: ${title}`,
        serverTitle(server),
        `${amount(value)} ${unit}`,
      ]),
    ),
    ...(results.failures.length > 0 ? ['### Failures', results.failures.map((text) => `- ${text}`).join('\n')] : []),
  ];
  return parts.join('\n\n');
}

function floorTable(results: Results): string {
  const rows = FLOORS.flatMap((floor) => {
    const value = floor.measured(results);
    if (value === undefined) return [];
    const verdict = isReached(floor, results) === true ? 'reached' : '**missed**';
    const wanted = `${floor.bound === 'at least' ? '≥' : '≤'} ${amount(floor.limit)}`;
    return [[floor.title, serverTitle(floor.server), wanted, `${amount(value)} ${floor.unit}`, verdict]];
  });
  return table(['what', 'server', 'wanted', 'measured', ''], rows);
}

/** One line for a kind of question on a server; few requests under way show the latency, many the throughput. */
function rowTable({ rows }: Results): string {
  const lines = new Map<string, Row[]>();
  for (const row of rows) {
    const key = `${row.dataset} ${row.title} ${row.server}`;
    lines.set(key, [...(lines.get(key) ?? []), row]);
  }
  const header = [
    'question',
    'server',
    'p50 ms alone',
    'with token',
    'p99 ms alone',
    'requests/s',
    'with token',
    'p99 ms',
    'server CPU',
    'PostgreSQL CPU',
  ];
  return table(header, [...lines.values()].map(lineOf));
}

function lineOf(rows: readonly Row[]): string[] {
  const busiest = Math.max(...rows.map(({ inFlight }) => inFlight));
  const find = (consistency: Consistency, inFlight: number): Row | undefined =>
    rows.find((row) => row.consistency === consistency && row.inFlight === inFlight);
  const alone = find('fresh', 1);
  const busy = find('fresh', busiest);
  return [
    rows[0]?.title ?? '',
    serverTitle(rows[0]?.server ?? ''),
    amount(alone?.p50Ms),
    amount(find('token', 1)?.p50Ms),
    amount(alone?.p99Ms),
    amount(busy?.requestsPerSecond),
    amount(busiest === 1 ? undefined : find('token', busiest)?.requestsPerSecond),
    amount(busy?.p99Ms),
    amount(busy?.serverCpuMs),
    amount(busy?.databaseCpuMs),
  ];
}

/** How a server is called in tables; a target has its own name. */
export function serverTitle(server: string): string {
  return SERVER_KINDS.find(({ name }) => name === server)?.title ?? server;
}

/** Three digits, or all before the point; a dash for what was not measured. */
function amount(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '–';
  if (value >= 100) return Math.round(value).toLocaleString('en');
  return String(Number(value.toPrecision(3)));
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, header.map((_, column) => (column < 2 ? '---' : '---:')), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
