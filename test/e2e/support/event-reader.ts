/** A server-sent event (WHATWG HTML §9.2). */
export interface ServerSentEvent {
  readonly name: string | undefined;
  readonly id: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Reads the events of an answer, one after the other. */
export class EventReader implements AsyncDisposable {
  readonly response: Response;
  readonly #reader: ReadableStreamDefaultReader<string>;
  #text = '';

  constructor(response: Response) {
    this.response = response;
    if (response.body === null) throw new Error('the answer has no body');
    this.#reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** @throws when the answer ends before the event does */
  async next(): Promise<ServerSentEvent> {
    for (;;) {
      const end = this.#text.indexOf('\n\n');
      if (end >= 0) {
        const event = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 2);
        return parseEvent(event);
      }
      const { done, value } = await this.#reader.read();
      if (done) throw new Error(`the answer has ended: ${this.#text}`);
      this.#text += value;
    }
  }

  /** What is left when the answer has ended. */
  async rest(): Promise<string> {
    for (;;) {
      const { done, value } = await this.#reader.read();
      if (done) return this.#text;
      this.#text += value;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader.cancel().catch(() => {}); // it may have ended
  }
}

function parseEvent(text: string): ServerSentEvent {
  const fields = new Map(text.split('\n').map((line) => line.split(/: (.*)/s, 2) as [string, string]));
  return { name: fields.get('event'), id: fields.get('id'), data: JSON.parse(fields.get('data') ?? '{}') };
}
