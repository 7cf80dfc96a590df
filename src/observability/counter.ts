import { getOrAdd } from './get-or-add.ts';
import { formatLabels, type Labels } from './labels.ts';

/** One series of a counter. Keep it: finding it again by its labels is what costs. */
export interface CounterCell {
  value: number;
}

/** A family of counters of one name. */
export class Counter {
  readonly #name: string;
  readonly #help: string;
  readonly #constantLabels: Labels;
  readonly #cells = new Map<string, CounterCell>();

  constructor({ name, help, constantLabels = {} }: { name: string; help: string; constantLabels?: Labels }) {
    this.#name = name;
    this.#help = help;
    this.#constantLabels = constantLabels;
  }

  /** The series with these labels, made when it does not exist. */
  cell(labels: Labels): CounterCell {
    const key = formatLabels({ ...this.#constantLabels, ...labels });
    return getOrAdd(this.#cells, key, () => ({ value: 0 }));
  }

  /** The family in the Prometheus text format. */
  render(): string {
    const samples = [...this.#cells].map(([labels, { value }]) => `${this.#name}{${labels}} ${value}\n`);
    return `# HELP ${this.#name} ${this.#help}\n# TYPE ${this.#name} counter\n${samples.join('')}`;
  }
}
