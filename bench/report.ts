import type { Claim } from './contestant.ts';
import type { Measurement } from './measure.ts';

/** Above this share of a core the generator may be what limits the requests per second; CPU figures stay valid. */
const BUSY_GENERATOR = 0.9;

/** Prints one world's table and its claims. Returns whether all claims hold. */
export function report(measurements: readonly Measurement[], claims: readonly Claim[]): boolean {
  const rows = measurements.map((row) => [
    row.name,
    Math.round(row.requestsPerSecond).toLocaleString('en'),
    row.serverCpuUs.toFixed(1),
    `±${(row.spread * 100).toFixed(0)} %`,
    row.p50Ms.toFixed(2),
    row.p99Ms.toFixed(2),
    percent(row.generatorLoad) + (row.generatorLoad > BUSY_GENERATOR ? ' (!)' : ''),
    percent(row.elsewhereLoad),
  ]);
  printTable([['', 'req/s', 'CPU µs/req', 'spread', 'p50 ms', 'p99 ms', 'generator', 'elsewhere'], ...rows]);
  return claims.map((claim) => judge(claim, measurements)).every((holds) => holds);
}

/** Prints columns, the first aligned left, the others right. */
export function printTable(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  for (const row of rows) {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    console.log(`  ${cells.join('  ')}`);
  }
}

function judge({ of, base, atMost }: Claim, measurements: readonly Measurement[]): boolean {
  const cpuUs = (name: string) => measurements.find((row) => row.name === name)?.serverCpuUs ?? Number.NaN;
  const ratio = cpuUs(of) / cpuUs(base);
  const holds = ratio <= atMost;
  console.log(
    `  ${holds ? 'ok  ' : 'MISS'} ${of}: ${ratio.toFixed(2)}× the CPU of ${base}, wanted ≤ ${atMost.toFixed(2)}×`,
  );
  return holds;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}
