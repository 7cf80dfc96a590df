import { Counter, type CounterCell } from './counter.ts';
import { getOrAdd } from './get-or-add.ts';
import { Histogram, type HistogramCell } from './histogram.ts';
import type { Labels } from './labels.ts';

/** A request that was answered, on any listener but that of the metrics. */
export interface ObservedRequest {
  /**
   * The route that matched, without the method (`/relation-tuples`, `/package.Service/Method`);
   * undefined when none did, which counts as empty. Never the path as sent: each value is a series that stays.
   */
  readonly endpoint: string | undefined;
  readonly method: string;
  readonly httpStatus: number;
  readonly durationMs: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
}

/** The series that requests of one endpoint, method and status count in. */
interface Series {
  readonly requests: CounterCell;
  readonly statuses: CounterCell;
  readonly duration: HistogramCell;
  readonly responseTime: HistogramCell;
  readonly requestSize: HistogramCell;
  readonly responseSize: HistogramCell;
}

/** Methods that have series of their own; all others count as `unknown` (contract: REST §11). */
const METHODS: ReadonlySet<string> = new Set('get put head post delete connect options notify trace patch'.split(' '));

/** HTTP/2 lets a client send any text as the method, and the contract wants it as a label: that many are kept apart. */
const MAX_METHODS = 64;

/** The `http_*` families (contract: REST §11). */
export class RequestMetrics {
  readonly #requests: Counter;
  readonly #statuses: Counter;
  readonly #duration: Histogram;
  readonly #responseTime: Histogram;
  readonly #requestSize: Histogram;
  readonly #responseSize: Histogram;
  readonly #methods = new Set<string>();
  /** By endpoint, method as sent, status. Three look-ups are cheaper than one of a composed key. */
  readonly #series = new Map<string, Map<string, Map<number, Series>>>();

  constructor(constantLabels: Labels) {
    const counter = (name: string, help: string) => new Counter({ name, help, constantLabels });
    const histogram = (name: string, help: string) => new Histogram({ name, help, constantLabels });
    this.#requests = counter('http_requests_total', 'Requests answered.');
    this.#statuses = counter('http_requests_statuses_total', 'Requests answered, by class of status.');
    this.#duration = histogram('http_requests_duration_seconds', 'Time until a request was answered.');
    this.#responseTime = histogram('http_response_time_seconds', 'Time until a request was answered, by endpoint.');
    this.#requestSize = histogram('http_requests_size_bytes', 'Size of request bodies.');
    this.#responseSize = histogram('http_response_size_bytes', 'Size of response bodies.');
  }

  observe({ endpoint = '', method, httpStatus, durationMs, requestBytes, responseBytes }: ObservedRequest): void {
    const series =
      this.#series.get(endpoint)?.get(method)?.get(httpStatus) ?? this.#addSeries(endpoint, method, httpStatus);
    const durationSeconds = durationMs / 1000;
    series.requests.value++;
    series.statuses.value++;
    series.duration.observe(durationSeconds);
    series.responseTime.observe(durationSeconds);
    series.requestSize.observe(requestBytes);
    series.responseSize.observe(responseBytes);
  }

  render(): string {
    return [this.#requests, this.#statuses, this.#duration, this.#responseTime, this.#requestSize, this.#responseSize]
      .map((family) => family.render())
      .join('');
  }

  #addSeries(endpoint: string, method: string, httpStatus: number): Series {
    const code = String(httpStatus);
    const lowerCase = method.toLowerCase();
    const known = METHODS.has(lowerCase) ? lowerCase : 'unknown';
    const series: Series = {
      requests: this.#requests.cell({ code, method: known, endpoint }),
      statuses: this.#statuses.cell({ method: this.#rawMethod(method), status_bucket: statusBucket(httpStatus) }),
      duration: this.#duration.cell({ code, method: known, endpoint }),
      responseTime: this.#responseTime.cell({ endpoint }),
      requestSize: this.#requestSize.cell({ code, method: known }),
      responseSize: this.#responseSize.cell({ code, method: known }),
    };
    // A method beyond the limit gets no place here either; such requests are rare and may be slow.
    if (this.#methods.has(method)) {
      const byMethod = getOrAdd(this.#series, endpoint, () => new Map<string, Map<number, Series>>());
      getOrAdd(byMethod, method, () => new Map<number, Series>()).set(httpStatus, series);
    }
    return series;
  }

  /** The method as sent, while there are not too many of them. */
  #rawMethod(method: string): string {
    if (this.#methods.size < MAX_METHODS) this.#methods.add(method);
    return this.#methods.has(method) ? method : 'unknown';
  }
}

function statusBucket(httpStatus: number): string {
  const hundreds = Math.floor(httpStatus / 100);
  return hundreds >= 2 && hundreds <= 5 ? `${hundreds}xx` : 'unknown';
}
