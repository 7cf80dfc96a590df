import { type Document, isAlias, isMap, isScalar, isSeq, type Node, parseDocument, type Scalar } from 'yaml';
import type { Position } from '../../opl/diagnostic.ts';
import { SourceText } from '../../opl/source-text.ts';
import { TestFileError } from './test-file-error.ts';

/** Aliases may stand for aliases, but not without end. */
const MAX_ALIASES = 100;

/** A document with its places, so that whatever is wrong with it can be shown. */
interface Context {
  readonly path: string;
  readonly source: SourceText;
  readonly document: Document;
}

/** A value of a YAML document that knows where it stands. Whatever is not as asked for is a {@link TestFileError}. */
export class YamlReader {
  readonly #context: Context;
  readonly #node: Node | null;
  /** Where it stands, if it is a node; else where its key does. */
  readonly #offset: number;

  /** @throws {TestFileError} for a text that is no YAML, with the first mistake */
  static parse(path: string, text: string): YamlReader {
    const source = new SourceText(text);
    const document = parseDocument(source.text, { prettyErrors: false });
    const [error] = document.errors;
    if (error !== undefined) {
      const reason = error.message.replace(/\s+/g, ' ');
      throw TestFileError.at(path, source.position(error.pos[0]), lowerFirst(reason));
    }
    return new YamlReader({ path, source, document }, document.contents, 0);
  }

  private constructor(context: Context, node: unknown, offset: number) {
    this.#context = context;
    this.#node = resolved(node, context.document);
    this.#offset = this.#node?.range?.[0] ?? offset;
  }

  get place(): Position {
    return this.#context.source.position(this.#offset);
  }

  /** The values of a map by its keys, of which only these are known. */
  fields<Name extends string>(names: readonly Name[]): Partial<Record<Name, YamlReader>> {
    const fields: Partial<Record<Name, YamlReader>> = {};
    for (const { key, value } of this.entries()) {
      const name = names.find((one) => one === key.text());
      if (name === undefined) throw key.failure(`unknown key ${JSON.stringify(key.text())}, expected ${oneOf(names)}`);
      fields[name] = value;
    }
    return fields;
  }

  /** The keys and values of a map. */
  entries(): { readonly key: YamlReader; readonly value: YamlReader }[] {
    if (!isMap(this.#node)) throw this.failure('expected a map');
    return this.#node.items.map((pair) => {
      const key = new YamlReader(this.#context, pair.key, this.#offset);
      return { key, value: new YamlReader(this.#context, pair.value, key.#offset) };
    });
  }

  items(): YamlReader[] {
    if (!isSeq(this.#node)) throw this.failure('expected a list');
    return this.#node.items.map((item) => new YamlReader(this.#context, item, this.#offset));
  }

  get isMap(): boolean {
    return isMap(this.#node);
  }

  /** A string; numbers and truth values as they are written. */
  text(): string {
    const { value, source } = this.#scalar('a text');
    if (value === null || value === undefined) throw this.failure('expected a text');
    return typeof value === 'string' ? value : (source ?? String(value));
  }

  truth(): boolean {
    const { value } = this.#scalar('true or false');
    if (typeof value !== 'boolean') throw this.failure('expected true or false');
    return value;
  }

  /** A whole number from 1 on. */
  count(): number {
    const { value } = this.#scalar('a whole number');
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > 65_535) {
      throw this.failure('expected a whole number from 1 to 65535');
    }
    return value;
  }

  /**
   * A document inside the document, so that its lines and columns are those of the whole: of a literal block (`|`)
   * what stands there, behind as many lines. Undefined for other texts.
   */
  embedded(): string | undefined {
    if (!isScalar(this.#node) || this.#node.type !== 'BLOCK_LITERAL' || !this.#node.range) return undefined;
    const { text } = this.#context.source;
    const [start, end] = this.#node.range;
    const bodyStart = text.indexOf('\n', start) + 1;
    return '\n'.repeat(this.place.line) + text.slice(bodyStart, end);
  }

  /** An error at this place; to be thrown. */
  failure(reason: string): TestFileError {
    return TestFileError.at(this.#context.path, this.place, reason);
  }

  #scalar(expected: string): Scalar {
    if (!isScalar(this.#node)) throw this.failure(`expected ${expected}`);
    return this.#node;
  }
}

function resolved(node: unknown, document: Document): Node | null {
  let found = (node ?? null) as Node | null; // what a parsed document has in it
  for (let aliases = 0; isAlias(found) && aliases < MAX_ALIASES; aliases++) found = found.resolve(document) ?? null;
  return found;
}

function oneOf(names: readonly string[]): string {
  return names.length === 1 ? String(names[0]) : `one of ${names.join(', ')}`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
