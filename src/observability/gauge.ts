import { formatLabels, type Labels } from './labels.ts';

/** What a gauge shows; undefined: nothing at the moment. */
export type GaugeReading = number | undefined | Promise<number | undefined>;

/** A value that is read when metrics are asked for: a gauge, or a counter that somebody else keeps. */
export class Gauge {
  readonly #name: string;
  readonly #help: string;
  readonly #type: 'gauge' | 'counter';
  readonly #labels: string;
  readonly #read: () => GaugeReading;

  constructor({
    name,
    help,
    type = 'gauge',
    labels = {},
    read,
  }: {
    name: string;
    help: string;
    type?: 'gauge' | 'counter';
    labels?: Labels;
    read: () => GaugeReading;
  }) {
    this.#name = name;
    this.#help = help;
    this.#type = type;
    this.#labels = formatLabels(labels);
    this.#read = read;
  }

  /** The family in the Prometheus text format; without a sample when the value cannot be read now. */
  async render(): Promise<string> {
    const value = await this.#readNow();
    const braces = this.#labels === '' ? '' : `{${this.#labels}}`;
    const sample = value === undefined ? '' : `${this.#name}${braces} ${value}\n`;
    return `# HELP ${this.#name} ${this.#help}\n# TYPE ${this.#name} ${this.#type}\n${sample}`;
  }

  /** One value that fails must not take all the others away. */
  async #readNow(): Promise<number | undefined> {
    try {
      return await this.#read();
    } catch {
      return undefined;
    }
  }
}
