/** Hands out requests until it ends, and knows when all of them are answered. */
export class Dispatch<Request> {
  readonly #draw: () => Request;
  #underWay = 0;
  #isOver = false;
  #onAnswered: (() => void) | undefined;

  constructor(draw: () => Request) {
    this.#draw = draw;
  }

  /** The next request, undefined when it has ended. @throws what drawing one throws */
  readonly next = (): Request | undefined => {
    if (this.#isOver) return undefined;
    this.#underWay++;
    return this.#draw();
  };

  answered(): void {
    this.#underWay--;
    if (this.#isOver && this.#underWay === 0) this.#onAnswered?.();
  }

  /** Hands out nothing more. Resolves when everything is answered, or after a time. */
  end(limitMs: number): Promise<void> {
    this.#isOver = true;
    return new Promise((resolve) => {
      if (this.#underWay === 0) return resolve();
      const timer = setTimeout(resolve, limitMs);
      this.#onAnswered = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
