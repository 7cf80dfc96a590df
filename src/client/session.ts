import { isNewerSnaptoken } from './snaptoken-order.ts';

/** The newest state that a series of calls has seen or made. */
export class Session {
  #snaptoken: string | undefined;

  constructor(snaptoken: string | undefined) {
    this.#snaptoken = snaptoken;
  }

  get snaptoken(): string | undefined {
    return this.#snaptoken;
  }

  remember(snaptoken: string): void {
    if (snaptoken === '') return;
    if (this.#snaptoken === undefined || isNewerSnaptoken(snaptoken, this.#snaptoken)) this.#snaptoken = snaptoken;
  }
}
