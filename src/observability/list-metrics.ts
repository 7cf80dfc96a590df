import { Counter } from './counter.ts';
import { Histogram } from './histogram.ts';

/** A list of objects, subjects or permissions, or a page of one. */
export interface ObservedList {
  readonly kind: 'objects' | 'subjects' | 'permissions';
  /** Why it is not complete; empty when it is. */
  readonly limitation: string;
  readonly source?: 'graph' | 'database' | 'both' | undefined;
  readonly durationMs: number;
}

/** From tens of microseconds (a short list from the graph) to a minute (a long one from a database far away). */
const DURATION_BUCKETS = [
  0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
];

/** The `stheno_list*` families. */
export class ListMetrics {
  readonly #lists = new Counter({
    name: 'stheno_lists_total',
    help: 'Lists of objects, subjects and permissions, by kind and limitation.',
  });
  readonly #duration = new Histogram({
    name: 'stheno_list_duration_seconds',
    help: 'Time to make a list or a page of one, by kind and by what was read.',
    buckets: DURATION_BUCKETS,
  });

  observe({ kind, limitation, source = 'database', durationMs }: ObservedList): void {
    this.#lists.cell({ kind, limitation }).value++;
    this.#duration.cell({ kind, source }).observe(durationMs / 1000);
  }

  render(): string {
    return this.#lists.render() + this.#duration.render();
  }
}
