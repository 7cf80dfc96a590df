import type { Question } from './window.ts';

/** The questions of an order, made ready to be sent once; the next window goes on where the last one ended. */
export class QuestionQueue<Prepared> {
  readonly #prepared: readonly Prepared[];
  readonly #areAskedOnce: boolean;
  #asked = 0;

  constructor(
    questions: readonly Question[],
    prepare: (bytes: Buffer, isAllowed: Question['isAllowed']) => Prepared,
    areAskedOnce: boolean,
  ) {
    this.#prepared = questions.map(({ bytes, isAllowed }) => prepare(Buffer.from(bytes, 'base64'), isAllowed));
    this.#areAskedOnce = areAskedOnce;
  }

  /** @throws when questions that are to be asked once have run out */
  next(): Prepared {
    if (this.#areAskedOnce && this.#asked >= this.#prepared.length) {
      throw new Error(`all ${this.#prepared.length} questions were asked before the window ended`);
    }
    const next = this.#prepared[this.#asked++ % this.#prepared.length];
    if (next === undefined) throw new Error('there are no questions');
    return next;
  }
}
