import { Symbols } from '../../engine/symbols.ts';
import type { SubjectSet } from '../../tuple/relation-tuple.ts';

/** Numbers for the objects that are read while a list is made. */
export class NumberedObjects {
  /** Names of relations and namespaces; those of the program keep their numbers. */
  readonly symbols: Symbols;
  readonly #numbers: Map<string, number>[] = [];
  readonly #names: string[] = [];
  readonly #namespaces: number[] = [];

  constructor(symbols: Symbols) {
    this.symbols = new Symbols(symbols);
  }

  intern(namespace: string, name: string): number {
    const namespaceNumber = this.symbols.intern(namespace);
    let numbers = this.#numbers[namespaceNumber];
    if (numbers === undefined) {
      numbers = new Map();
      this.#numbers[namespaceNumber] = numbers;
    }
    let number = numbers.get(name);
    if (number === undefined) {
      number = this.#names.push(name) - 1;
      numbers.set(name, number);
      this.#namespaces.push(namespaceNumber);
    }
    return number;
  }

  namespaceOf(object: number): number {
    return this.#namespaces[object] as number; // objects are numbered by this class alone
  }

  name(object: number): string {
    return this.#names[object] as string; // objects are numbered by this class alone
  }

  namespaceName(object: number): string {
    return this.symbols.name(this.namespaceOf(object));
  }

  setOf(object: number, relation: number): SubjectSet {
    return {
      namespace: this.namespaceName(object),
      object: this.name(object),
      relation: this.symbols.name(relation),
    };
  }
}
