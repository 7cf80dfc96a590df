import type { Registry } from 'prom-client';
import { CheckMetrics, type ObservedCheck } from './check-metrics.ts';
import { Counter, type CounterCell } from './counter.ts';
import { Gauge, type GaugeReading } from './gauge.ts';
import { ListMetrics, type ObservedList } from './list-metrics.ts';
import { type ObservedDecision, PolicyMetrics } from './policy-metrics.ts';
import { type ObservedRequest, RequestMetrics } from './request-metrics.ts';

/** What `/version` shows, here as constant labels of the `http_*` families. */
export interface BuildLabels {
  readonly version: string;
  readonly hash: string;
  readonly buildTime: string;
}

/** Where the values come from that are read at each scrape. */
export interface MetricSources {
  /** The newest revision of the store. */
  readonly headRevision: () => GaugeReading;
  /** Why the newest model is not in force; undefined when it is. */
  readonly modelProblem: () => string | undefined;
}

/** What an unstamped build says of itself (contract: REST §11). */
const UNSTAMPED: BuildLabels = { version: 'master', hash: 'undefined', buildTime: 'undefined' };

/**
 * Everything that is counted and timed (contract: REST §11; names: docs/metrics.md).
 * Observing is cheap, all text is made when metrics are asked for.
 */
export class Metrics {
  readonly contentType: string = 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores';
  readonly #requests: RequestMetrics;
  readonly #checks: CheckMetrics = new CheckMetrics();
  readonly #lists: ListMetrics = new ListMetrics();
  readonly #policies: PolicyMetrics = new PolicyMetrics();
  readonly #gauges: Gauge[] = [];
  readonly #scrapes = new Counter({ name: 'promhttp_metric_handler_requests_total', help: 'Scrapes, by status.' });
  readonly #scrapesOk: CounterCell;
  #scrapesInFlight = 0;
  #process: Promise<Registry> | undefined;

  constructor({ build = UNSTAMPED }: { readonly build?: BuildLabels } = {}) {
    this.#requests = new RequestMetrics({ app: 'keto', ...build });
    this.#scrapesOk = this.#scrapes.cell({ code: '200' });
    for (const code of ['500', '503']) this.#scrapes.cell({ code });
    this.addGauge({
      name: 'promhttp_metric_handler_requests_in_flight',
      help: 'Scrapes being answered.',
      read: () => this.#scrapesInFlight,
    });
  }

  observeRequest(request: ObservedRequest): void {
    this.#requests.observe(request);
  }

  observeCheck(check: ObservedCheck): void {
    this.#checks.observe(check);
  }

  observeList(list: ObservedList): void {
    this.#lists.observe(list);
  }

  observeDecision(decision: ObservedDecision): void {
    this.#policies.observe(decision);
  }

  /** Adds a value that is read at each scrape. A name is added once. */
  addGauge(gauge: { readonly name: string; readonly help: string; readonly read: () => GaugeReading }): void {
    this.#gauges.push(new Gauge(gauge));
  }

  /** Adds a count that is read at each scrape and never falls. A name is added once. */
  addCounter(counter: { readonly name: string; readonly help: string; readonly read: () => GaugeReading }): void {
    this.#gauges.push(new Gauge({ ...counter, type: 'counter' }));
  }

  /** Adds the gauges of the store and the model, once both exist. */
  addSources({ headRevision, modelProblem }: MetricSources): void {
    this.addGauge({ name: 'stheno_head_revision', help: 'Newest revision of the store.', read: headRevision });
    this.addGauge({
      name: 'stheno_model_last_reload_successful',
      help: 'Whether the newest version of the model is in force.',
      read: () => (modelProblem() === undefined ? 1 : 0),
    });
  }

  /** All families in the Prometheus text format 0.0.4, see {@link contentType}. Counts as a scrape. */
  async render(): Promise<string> {
    this.#scrapesInFlight++;
    try {
      const gauges = await Promise.all(this.#gauges.map((gauge) => gauge.render()));
      const process = await this.#renderProcess();
      const families = [this.#requests, this.#checks, this.#lists, this.#policies, this.#scrapes];
      return [...families.map((family) => family.render()), ...gauges, process].join('');
    } finally {
      this.#scrapesInFlight--;
      this.#scrapesOk.value++;
    }
  }

  /** Loaded when first asked for: a start must not wait for what only a scrape needs. */
  async #renderProcess(): Promise<string> {
    this.#process ??= import('./process-registry.ts').then(({ processRegistry }) => processRegistry());
    return (await this.#process).metrics();
  }
}
