import { Counter, type CounterCell } from './counter.ts';
import { getOrAdd } from './get-or-add.ts';
import { Histogram, type HistogramCell } from './histogram.ts';

/** A check that was evaluated. */
export interface ObservedCheck {
  readonly answer: 'member' | 'not-member' | 'unknown' | 'error';
  /** Of an unknown answer: the limit that ran out. */
  readonly limitation?: string | undefined;
  /** What the facts were read from, as far as the answer took any. */
  readonly source?: 'graph' | 'database' | 'both' | undefined;
  /** Of an item of a batch: the time of the whole batch. */
  readonly durationMs: number;
  /** How many levels of storage queries it took; absent when the graph answered. */
  readonly levels?: number | undefined;
  /** How many storage queries it took. */
  readonly queries?: number | undefined;
}

/** A check takes between tens of microseconds (the graph) and seconds (a database far away). */
const DURATION_BUCKETS = [
  0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];
const COUNT_BUCKETS = [0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64, 128];

/** The series that checks of one source, answer and limitation count in. */
interface CheckCells {
  readonly count: CounterCell;
  readonly duration: HistogramCell;
}

/** The `stheno_check*` families. */
export class CheckMetrics {
  readonly #checks = new Counter({ name: 'stheno_checks_total', help: 'Checks evaluated, by answer and limitation.' });
  readonly #duration = new Histogram({
    name: 'stheno_check_duration_seconds',
    help: 'Time to evaluate a check, by answer and by what was read.',
    buckets: DURATION_BUCKETS,
  });
  readonly #levels = countHistogram('stheno_check_levels', 'Levels of storage queries a check took.');
  readonly #queries = countHistogram('stheno_check_queries', 'Storage queries a check took.');
  readonly #levelsCell: HistogramCell = this.#levels.cell({});
  readonly #queriesCell: HistogramCell = this.#queries.cell({});
  readonly #cells = new Map<string, Map<string, Map<string, CheckCells>>>();

  observe({ answer, limitation = '', source = 'database', durationMs, levels, queries }: ObservedCheck): void {
    const cells = this.#cells.get(source)?.get(answer)?.get(limitation) ?? this.#addCells(source, answer, limitation);
    cells.count.value++;
    cells.duration.observe(durationMs / 1000);
    if (levels !== undefined) this.#levelsCell.observe(levels);
    if (queries !== undefined) this.#queriesCell.observe(queries);
  }

  #addCells(source: string, answer: string, limitation: string): CheckCells {
    const duration = this.#duration.cell({ answer, source });
    const cells = { count: this.#checks.cell({ answer, limitation }), duration };
    const byAnswer = getOrAdd(this.#cells, source, () => new Map<string, Map<string, CheckCells>>());
    getOrAdd(byAnswer, answer, () => new Map<string, CheckCells>()).set(limitation, cells);
    return cells;
  }

  render(): string {
    return [this.#checks, this.#duration, this.#levels, this.#queries].map((family) => family.render()).join('');
  }
}

function countHistogram(name: string, help: string): Histogram {
  return new Histogram({ name, help, buckets: COUNT_BUCKETS });
}
