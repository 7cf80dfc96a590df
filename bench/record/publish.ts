import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type BarGroup, barChart } from './bar-chart.ts';
import { resultTables, serverTitle } from './result-tables.ts';
import type { Results, Row } from './results.ts';

const BEGIN = '<!-- record -->';
const END = '<!-- end of the record -->';
/** Batches answer many questions at once: beside single checks their bars would say nothing. */
const NOT_CHARTED = /^(batch-|write|health|checks-)/;

const PAGE = new URL('../../docs/performance.md', import.meta.url);
const CHARTS = new URL('../../docs/charts/', import.meta.url);

/** Writes the tables of a record into docs/performance.md, between their marks, and the charts beside it. */
export function publish(results: Results): void {
  const page = readFileSync(PAGE, 'utf8');
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined)
    throw new Error('docs/performance.md has lost the marks of its record');
  mkdirSync(CHARTS, { recursive: true });
  const servers = [...new Set(results.rows.map(({ server }) => server))];
  const busiest = Math.max(...charted(results).map(({ inFlight }) => inFlight));
  const charts = [
    {
      file: 'throughput.svg',
      title: `Fresh checks per second, ${busiest} in flight`,
      groups: groupsOf(results, servers, busiest, (row) => row.requestsPerSecond),
    },
    {
      file: 'latency.svg',
      title: 'Fresh checks, one at a time: median latency in ms',
      groups: groupsOf(results, servers, 1, (row) => row.p50Ms),
    },
  ].filter(({ groups }) => groups.length > 0);
  for (const { file, title, groups } of charts) {
    writeFileSync(new URL(file, CHARTS), barChart(title, servers.map(serverTitle), groups));
  }
  const images = charts.map(({ file, title }) => `![${title}](charts/${file})`).join('\n\n');
  writeFileSync(PAGE, `${before}${BEGIN}\n\n${images}\n\n${resultTables(results)}\n\n${END}${after}`);
}

function groupsOf(
  results: Results,
  servers: readonly string[],
  inFlight: number,
  value: (row: Row) => number,
): BarGroup[] {
  const rows = charted(results).filter((row) => row.inFlight === inFlight);
  return [...new Set(rows.map(({ kind }) => kind))].map((kind) => {
    const ofKind = rows.filter((row) => row.kind === kind);
    const values = servers.map((server) => {
      const row = ofKind.find((candidate) => candidate.server === server);
      return row && value(row);
    });
    return { title: (ofKind[0]?.title ?? kind).replaceAll('`', ''), values };
  });
}

function charted({ rows }: Results): Row[] {
  return rows.filter(({ kind, consistency }) => consistency === 'fresh' && !NOT_CHARTED.test(kind));
}
