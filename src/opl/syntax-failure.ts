import type { Place } from './place.ts';

/** A mistake in a document that ends what is being parsed. */
export class SyntaxFailure extends Error {
  readonly place: Place;

  constructor(place: Place, message: string) {
    super(message);
    this.name = 'SyntaxFailure';
    this.place = place;
  }
}
