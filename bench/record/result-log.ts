import type { Figure, Row } from './results.ts';

/** Collects what is measured and prints it at once, so that a long run can be watched. */
export class ResultLog {
  readonly rows: Row[] = [];
  readonly figures: Figure[] = [];
  readonly failures: string[] = [];

  /** Prints what is measured next. */
  begin(what: string): void {
    console.log(`\n${what}`);
  }

  addRows(rows: readonly Row[]): void {
    this.rows.push(...rows);
    for (const row of rows) {
      const { title, consistency, inFlight, requestsPerSecond, p50Ms, p99Ms, serverCpuMs, databaseCpuMs } = row;
      const cpu = `CPU ${serverCpuMs.toFixed(1)} + ${databaseCpuMs.toFixed(1)} ms/1,000`;
      const rate = `${Math.round(requestsPerSecond).toLocaleString('en')}/s`;
      const latency = `p50 ${p50Ms.toFixed(3)} p99 ${p99Ms.toFixed(2)} ms`;
      console.log(`  ${title}, ${consistency}, ${inFlight} in flight: ${rate}, ${latency}, ${cpu}`);
    }
  }

  addFigure(figure: Figure): void {
    this.figures.push(figure);
    console.log(`  ${figure.title}: ${figure.value.toLocaleString('en', { maximumFractionDigits: 2 })} ${figure.unit}`);
  }

  /** Runs one measurement; when it fails, others still run, but the run as a whole has failed. Returns whether it did not. */
  async attempt(what: string, measure: () => Promise<void>): Promise<boolean> {
    try {
      await measure();
      return true;
    } catch (error) {
      const reason = (error instanceof Error ? error.message : String(error)).trim();
      this.failures.push(`${what}: ${reason}`);
      console.log(`  FAILED ${what}: ${reason}`);
      return false;
    }
  }
}
