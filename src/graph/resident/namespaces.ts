import { NONE } from './none.ts';

/** Namespaces on their way from one thread to another. */
export type NamespacesImage = readonly Readonly<Namespace>[];

/** What one namespace holds. */
interface Namespace {
  /** The number of its name. */
  readonly name: number;
  tuples: number;
  bytes: number;
}

/**
 * Small numbers for the namespaces that occur, as records spare only some bits for them: names
 * of relations, with which namespaces share their numbers, may be many. 0 stands for no
 * namespace, that of subject ids. And what each namespace holds.
 */
export class Namespaces {
  readonly #all: Namespace[];
  readonly #numbers: (number | undefined)[] = [];

  constructor(image: NamespacesImage = [{ name: NONE, tuples: 0, bytes: 0 }]) {
    this.#all = image.map((namespace) => ({ ...namespace }));
    for (const [number, { name }] of image.entries()) if (name !== NONE) this.#numbers[name] = number;
  }

  /** What it holds, for another thread. */
  image(): NamespacesImage {
    return this.#all;
  }

  /** The namespace with the name; `NONE` when it has not occurred. */
  find(name: number): number {
    return this.#numbers[name] ?? NONE;
  }

  /** @throws RangeError when there are as many as `limit` */
  intern(name: number, limit: number): number {
    const known = this.find(name);
    if (known !== NONE) return known;
    if (this.#all.length === limit) throw new RangeError(`a graph has at most ${limit} namespaces`);
    const number = this.#all.push({ name, tuples: 0, bytes: 0 }) - 1;
    this.#numbers[name] = number;
    return number;
  }

  nameOf(namespace: number): number {
    return this.at(namespace).name;
  }

  at(namespace: number): Namespace {
    return this.#all[namespace] as Namespace; // namespaces are numbered by this class alone
  }
}
