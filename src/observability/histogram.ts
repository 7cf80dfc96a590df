import { getOrAdd } from './get-or-add.ts';
import { formatLabels, type Labels } from './labels.ts';

/** The buckets of Prometheus client libraries; the contract uses them for every `http_*` histogram. */
export const DEFAULT_BUCKETS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** One series of a histogram. Keep it: finding it again by its labels is what costs. */
export class HistogramCell {
  readonly #buckets: readonly number[];
  /** How many values fell into each bucket alone; the last one is of those above all. */
  readonly #counts: Float64Array;
  #sum = 0;

  constructor(buckets: readonly number[]) {
    this.#buckets = buckets;
    this.#counts = new Float64Array(buckets.length + 1);
  }

  observe(value: number): void {
    let index = 0;
    while (index < this.#buckets.length && value > (this.#buckets[index] ?? 0)) index++;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#sum += value;
  }

  /** Samples in the Prometheus text format: bucket counts add up, as the format wants. */
  render(name: string, labels: string): string {
    const separator = labels === '' ? '' : ',';
    const braces = labels === '' ? '' : `{${labels}}`;
    let total = 0;
    const lines = Array.from(this.#counts, (count, index) => {
      total += count;
      return `${name}_bucket{${labels}${separator}le="${this.#buckets[index] ?? '+Inf'}"} ${total}\n`;
    });
    return `${lines.join('')}${name}_sum${braces} ${this.#sum}\n${name}_count${braces} ${total}\n`;
  }
}

/** A family of histograms of one name. */
export class Histogram {
  readonly #name: string;
  readonly #help: string;
  readonly #buckets: readonly number[];
  readonly #constantLabels: Labels;
  readonly #cells = new Map<string, HistogramCell>();

  constructor({
    name,
    help,
    buckets = DEFAULT_BUCKETS,
    constantLabels = {},
  }: {
    name: string;
    help: string;
    /** Upper bounds, ascending. */
    buckets?: readonly number[];
    constantLabels?: Labels;
  }) {
    this.#name = name;
    this.#help = help;
    this.#buckets = buckets;
    this.#constantLabels = constantLabels;
  }

  /** The series with these labels, made when it does not exist. */
  cell(labels: Labels): HistogramCell {
    const key = formatLabels({ ...this.#constantLabels, ...labels });
    return getOrAdd(this.#cells, key, () => new HistogramCell(this.#buckets));
  }

  /** The family in the Prometheus text format. */
  render(): string {
    const samples = [...this.#cells].map(([labels, cell]) => cell.render(this.#name, labels));
    return `# HELP ${this.#name} ${this.#help}\n# TYPE ${this.#name} histogram\n${samples.join('')}`;
  }
}
