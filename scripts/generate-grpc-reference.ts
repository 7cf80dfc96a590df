import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { fromBinary } from '@bufbuild/protobuf';
import {
  type DescriptorProto,
  type EnumDescriptorProto,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  type FileDescriptorProto,
  FileDescriptorSetSchema,
  type ServiceDescriptorProto,
} from '@bufbuild/protobuf/wkt';
import { markdownTable } from './markdown-table.ts';

const REFERENCE = 'docs/grpc-reference.md';

const HEAD = `# gRPC reference

Made from the comments of [proto/](../proto) by \`npx tsx scripts/generate-grpc-reference.ts\`. The same services answer
gRPC, gRPC-Web and Connect. [API](api.md) has examples, [REST reference](rest-reference.md) the routes.
`;

/** The standard packages have documentation of their own. */
const STANDARD = /^(google|grpc)\./;

/** The page: every service, message and enum of ours with its comments. @throws when proto/ does not compile */
export function renderGrpcReference(): string {
  const image = execFileSync('npx', ['--no', 'buf', 'build', '--output', '-#format=binpb']);
  const files = fromBinary(FileDescriptorSetSchema, image).file.filter(({ package: name }) => !STANDARD.test(name));
  const services = files.filter(({ service }) => service.length > 0);
  const shared = files.filter(({ service }) => service.length === 0);
  const titled = new Set<string>();
  const page = [...services, ...shared].map((file) => {
    const text = renderFile(new CommentedFile(file));
    if (file.service.length > 0 || titled.has(file.package)) return text;
    titled.add(file.package);
    return `## Messages of \`${file.package}\`\n\n${text}`;
  });
  return [HEAD, ...page].join('\n');
}

/** Where the parts of a descriptor stand in it (google/protobuf/descriptor.proto). */
const IN_FILE = { message: 4, enum: 5, service: 6 };
const IN_MESSAGE = { field: 2, message: 3, enum: 4 };
const IN_ENUM = { value: 2 };
const IN_SERVICE = { method: 2 };

/** A file with the comments above its parts, found by the numbers that lead to a part. */
class CommentedFile {
  readonly file: FileDescriptorProto;
  readonly #comments: ReadonlyMap<string, string>;

  constructor(file: FileDescriptorProto) {
    this.file = file;
    this.#comments = new Map(
      file.sourceCodeInfo?.location.map(({ path, leadingComments }) => [path.join('.'), leadingComments]) ?? [],
    );
  }

  /** One paragraph a comment's paragraph. */
  comment(path: readonly number[]): string {
    const text = this.#comments.get(path.join('.')) ?? '';
    const paragraphs = text.split(/\n\s*\n/).map((paragraph) => paragraph.trim().replace(/\s*\n\s*/g, ' '));
    return paragraphs.join('\n\n');
  }
}

function renderFile(file: CommentedFile): string {
  const { service, messageType, enumType } = file.file;
  const services = service.map((one, index) => renderService(file, one, [IN_FILE.service, index]));
  const messages = messageType.flatMap((one, index) => renderMessage(file, one, [IN_FILE.message, index]));
  const enums = enumType.map((one, index) => renderEnum(file, one, [IN_FILE.enum, index]));
  return [...services, ...messages, ...enums].join('\n');
}

function renderService(file: CommentedFile, { name, method }: ServiceDescriptorProto, path: readonly number[]): string {
  const methods = method.map((one, index) => {
    const input = `${one.clientStreaming ? 'stream ' : ''}${shortName(one.inputType)}`;
    const output = `${one.serverStreaming ? 'stream ' : ''}${shortName(one.outputType)}`;
    const text = file.comment([...path, IN_SERVICE.method, index]);
    return `### \`${name}.${one.name}\`\n\n\`rpc ${one.name}(${input}) returns (${output})\`\n\n${text}\n`;
  });
  return [`## \`${file.file.package}.${name}\`\n\n${file.comment(path)}\n`, ...methods].join('\n');
}

/** The message, then what is declared in it. */
function renderMessage(
  file: CommentedFile,
  message: DescriptorProto,
  path: readonly number[],
  outer: readonly string[] = [],
): string[] {
  const names = [...outer, message.name];
  const rows = message.field.map((field, index) => [
    String(field.number),
    `\`${field.name}\``,
    `\`${typeOf(field, message)}\`${oneofOf(field, message)}${field.options?.deprecated ? ', deprecated' : ''}`,
    file.comment([...path, IN_MESSAGE.field, index]).replaceAll('\n\n', ' '),
  ]);
  const fields = rows.length === 0 ? 'No fields.\n' : markdownTable(['#', 'Field', 'Type', 'Meaning'], rows);
  const nested = message.nestedType.flatMap((one, index) =>
    one.options?.mapEntry ? [] : renderMessage(file, one, [...path, IN_MESSAGE.message, index], names),
  );
  const enums = message.enumType.map((one, index) => renderEnum(file, one, [...path, IN_MESSAGE.enum, index], names));
  return [`#### \`${names.join('.')}\`\n\n${file.comment(path)}\n\n${fields}`, ...nested, ...enums];
}

function renderEnum(
  file: CommentedFile,
  { name, value }: EnumDescriptorProto,
  path: readonly number[],
  outer: readonly string[] = [],
): string {
  const rows = value.map((one, index) => [
    String(one.number),
    `\`${one.name}\``,
    file.comment([...path, IN_ENUM.value, index]).replaceAll('\n\n', ' '),
  ]);
  return `#### \`${[...outer, name].join('.')}\`\n\n${file.comment(path)}\n\n${markdownTable(['#', 'Value', 'Meaning'], rows)}`;
}

function typeOf(field: FieldDescriptorProto, { nestedType }: DescriptorProto): string {
  const entry = nestedType.find(({ name, options }) => options?.mapEntry && field.typeName.endsWith(`.${name}`));
  const [key, value] = entry?.field ?? [];
  if (key !== undefined && value !== undefined) return `map<${plainType(key)}, ${plainType(value)}>`;
  const prefix =
    field.label === FieldDescriptorProto_Label.REPEATED ? 'repeated ' : field.proto3Optional ? 'optional ' : '';
  return `${prefix}${plainType(field)}`;
}

function plainType({ type, typeName }: FieldDescriptorProto): string {
  return typeName === '' ? (FieldDescriptorProto_Type[type] ?? '').toLowerCase() : shortName(typeName);
}

/** An optional field is in a oneof of its own, which nobody wrote. */
function oneofOf(field: FieldDescriptorProto, { oneofDecl }: DescriptorProto): string {
  const isReal = Object.hasOwn(field, 'oneofIndex') && !field.proto3Optional;
  return isReal ? `, one of \`${oneofDecl[field.oneofIndex]?.name}\`` : '';
}

/** Without the package, unless it is a standard one. */
function shortName(typeName: string): string {
  const name = typeName.replace(/^\./, '');
  return STANDARD.test(name) ? name : name.replace(/^([a-z][a-z0-9_]*\.)+/, '');
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(REFERENCE, renderGrpcReference());
}
