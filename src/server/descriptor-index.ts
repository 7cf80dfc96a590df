import { type DescEnum, type DescFile, type DescMessage, type DescService, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';

/** The descriptor files of some services and all they import, by file name and by what they declare. */
export class DescriptorIndex {
  /** In the order given. */
  readonly serviceNames: readonly string[];
  readonly #files = new Map<string, DescFile>();
  readonly #fileNamesBySymbol = new Map<string, string>();
  readonly #messages = new Set<string>();

  constructor(services: readonly DescService[]) {
    this.serviceNames = services.map(({ typeName }) => typeName);
    for (const { file } of services) this.#addFile(file);
  }

  fileNamed(name: string): string | undefined {
    return this.#files.has(name) ? name : undefined;
  }

  /** The file that declares a service, method, message, field, oneof, enum or enum value. */
  fileOfSymbol(symbol: string): string | undefined {
    return this.#fileNamesBySymbol.get(symbol);
  }

  isMessage(typeName: string): boolean {
    return this.#messages.has(typeName);
  }

  /** A file and what it imports, serialised, without those in `sent`, to which they are added. */
  withDependencies(name: string, sent: Set<string>): Uint8Array<ArrayBuffer>[] {
    const file = this.#files.get(name);
    if (file === undefined || sent.has(name)) return [];
    sent.add(name);
    const own = toBinary(FileDescriptorProtoSchema, file.proto);
    return [own, ...file.dependencies.flatMap((dependency) => this.withDependencies(fileName(dependency), sent))];
  }

  #addFile(file: DescFile): void {
    const name = fileName(file);
    if (this.#files.has(name)) return;
    this.#files.set(name, file);
    for (const symbol of symbolsOf(file)) this.#fileNamesBySymbol.set(symbol, name);
    for (const { typeName } of messagesOf(file.messages)) this.#messages.add(typeName);
    for (const dependency of file.dependencies) this.#addFile(dependency);
  }
}

/** With its extension, as in `import` statements. */
function fileName(file: DescFile): string {
  return file.proto.name;
}

function* messagesOf(messages: readonly DescMessage[]): Iterable<DescMessage> {
  for (const message of messages) {
    yield message;
    yield* messagesOf(message.nestedMessages);
  }
}

function* symbolsOf(file: DescFile): Iterable<string> {
  for (const service of file.services) {
    yield service.typeName;
    for (const method of service.methods) yield `${service.typeName}.${method.name}`;
  }
  for (const descEnum of file.enums) yield* symbolsOfEnum(descEnum);
  for (const message of messagesOf(file.messages)) {
    yield message.typeName;
    for (const field of message.fields) yield `${message.typeName}.${field.name}`;
    for (const oneof of message.oneofs) yield `${message.typeName}.${oneof.name}`;
    for (const descEnum of message.nestedEnums) yield* symbolsOfEnum(descEnum);
  }
}

/** Values of an enum are siblings of it, not its children (protobuf.dev, "Enum Value Options"). */
function* symbolsOfEnum({ typeName, values }: DescEnum): Iterable<string> {
  yield typeName;
  const scope = typeName.slice(0, typeName.lastIndexOf('.') + 1);
  for (const { name } of values) yield scope + name;
}
