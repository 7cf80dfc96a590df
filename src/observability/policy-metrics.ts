import { Counter } from './counter.ts';
import { Histogram } from './histogram.ts';

/** A question to the legacy access control policies that was answered, or failed. */
export interface ObservedDecision {
  readonly flavor: string;
  readonly decision: 'allowed' | 'denied' | 'error';
  readonly durationMs: number;
}

/** From tens of microseconds (the index) to seconds (a database far away, or all policies to be loaded first). */
const DURATION_BUCKETS = [
  0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

/** The `stheno_policy_*` families. */
export class PolicyMetrics {
  readonly #decisions = new Counter({
    name: 'stheno_policy_decisions_total',
    help: 'Questions to the access control policies, by flavor and decision.',
  });
  readonly #duration = new Histogram({
    name: 'stheno_policy_decision_duration_seconds',
    help: 'Time to answer a question to the access control policies, by flavor.',
    buckets: DURATION_BUCKETS,
  });

  observe({ flavor, decision, durationMs }: ObservedDecision): void {
    this.#decisions.cell({ flavor, decision }).value++;
    this.#duration.cell({ flavor }).observe(durationMs / 1000);
  }

  render(): string {
    return this.#decisions.render() + this.#duration.render();
  }
}
