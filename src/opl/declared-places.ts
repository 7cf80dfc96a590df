import type { RulePlaces, SourcePlace } from '../namespace/model.ts';
import type { DeclarationIndex } from './declaration-index.ts';

/** Where the permits of documents name relations and permits; lines and columns are found when somebody asks. */
export class DeclaredPlaces implements RulePlaces {
  readonly #index: DeclarationIndex;

  constructor(index: DeclarationIndex) {
    this.#index = index;
  }

  placeOf(namespace: string, permit: string, operand: number): SourcePlace | undefined {
    const source = this.#index.class(namespace)?.source;
    // The references of a permit stand in the order of its text, as its operands do.
    const reference = this.#index.member(namespace, permit)?.references[operand];
    if (source === undefined || reference === undefined) return undefined;
    return { file: source.name, ...source.position(reference.start) };
  }
}
