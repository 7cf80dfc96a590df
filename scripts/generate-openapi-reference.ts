import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { loadConfig } from '../src/config/load-config.ts';
import { createLogger } from '../src/observability/logger.ts';
import { Stheno } from '../src/registry.ts';
import type { OpenApiDocument, ServedOperation } from '../src/server/rest/openapi/document.ts';
import type { OperationResponse, Parameter, Schema } from '../src/server/rest/openapi/operation.ts';
import { markdownTable } from './markdown-table.ts';

const REFERENCE = 'docs/rest-reference.md';

const HEAD = `# REST reference

Made from the OpenAPI document by \`npx tsx scripts/generate-openapi-reference.ts\`. A running server shows the document at
\`/openapi.json\` on its read, write and OPL ports. [API](api.md) has examples.
`;

/** The page about the routes and the JSON of a document. */
export function renderRestReference({ tags, paths, components }: OpenApiDocument): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  );
  const sections = tags.map(({ name, description }) => {
    const rendered = operations
      .filter(({ operation }) => operation.tags[0] === name)
      .map(({ method, path, operation }) => renderOperation(`${method.toUpperCase()} ${path}`, operation));
    return `## ${name.replace(/^./, (first) => first.toUpperCase())}\n\n${description}\n\n${rendered.join('\n')}`;
  });
  const schemas = Object.entries(components.schemas).map(renderSchema);
  return [HEAD, ...sections, `## JSON\n\n${schemas.join('\n')}`].join('\n');
}

function renderOperation(route: string, operation: ServedOperation): string {
  const { summary, description, operationId, servers, parameters = [], requestBody, responses } = operation;
  const ports = servers.map((server) => server.description).join(', ');
  const content = requestBody && Object.values(requestBody.content)[0];
  return [
    `### \`${route}\`\n`,
    `${summary}.${description === undefined ? '' : ` ${description}`}\n`,
    `Operation \`${operationId}\`, on the ports: ${ports}.\n`,
    ...(parameters.length === 0 ? [] : [markdownTable(['Parameter', 'Type', 'Meaning'], parameters.map(parameterRow))]),
    ...(content === undefined ? [] : [`Body: ${typeOf(content.schema)}. ${requestBody?.description}\n`]),
    markdownTable(['Status', 'Body', 'Headers', 'Meaning'], Object.entries(responses).map(responseRow)),
  ].join('\n');
}

function parameterRow({ name, required = false, schema, description }: Parameter): string[] {
  return [`\`${name}\``, `${typeOf(schema)}${required ? ', required' : ''}`, description];
}

function responseRow([status, { description, headers = {}, content = {} }]: [string, OperationResponse]): string[] {
  const [body] = Object.values(content);
  const names = Object.keys(headers).map((name) => `\`${name}\``);
  return [
    status === 'default' ? 'others' : status,
    body === undefined ? '' : typeOf(body.schema),
    names.join(', '),
    description,
  ];
}

function renderSchema([name, schema]: [string, Schema]): string {
  const {
    description,
    required = [],
    properties = {},
  } = schema as {
    // Every named schema is one of an object.
    description?: string;
    required?: readonly string[];
    properties?: Readonly<Record<string, Schema>>;
  };
  const rows = Object.entries(properties).map(([key, property]) => [
    `\`${key}\``,
    `${typeOf(property)}${required.includes(key) ? '' : ', optional'}`,
    typeof property.description === 'string' ? property.description : '',
  ]);
  const text = description === undefined ? '' : `${description}\n\n`;
  return `### ${name}\n\n${text}${markdownTable(['Key', 'Type', 'Meaning'], rows)}`;
}

/** A schema in a few words; named ones are links. */
function typeOf(schema: Schema): string {
  const {
    $ref,
    oneOf,
    allOf,
    enum: values,
    type,
    items,
  } = schema as {
    // These are all the words that the document's schemas are made of.
    $ref?: string;
    oneOf?: readonly Schema[];
    allOf?: readonly Schema[];
    enum?: readonly unknown[];
    type?: string;
    items?: Schema;
  };
  if ($ref !== undefined) {
    const name = $ref.slice($ref.lastIndexOf('/') + 1);
    return `[${name}](#${name.toLowerCase()})`;
  }
  const parts = oneOf ?? allOf;
  if (parts !== undefined) return parts.map(typeOf).join(' or ');
  if (values !== undefined) return values.map((value) => `\`${value}\``).join(' or ');
  return items === undefined ? (type ?? 'any') : `array of ${typeOf(items)}`;
}

/** What a server with nothing in it says of itself. */
async function readDocument(): Promise<OpenApiDocument> {
  const listeners = ['READ', 'WRITE', 'METRICS', 'OPL'];
  const env = Object.fromEntries(
    listeners.flatMap((name) => [
      [`SERVE_${name}_HOST`, '127.0.0.1'],
      [`SERVE_${name}_PORT`, '0'],
    ]),
  );
  const config = loadConfig({ files: [], env: { ...env, DSN: 'memory' } });
  await using server = await Stheno.start({
    config,
    logger: createLogger({ level: 'panic', format: 'json' }),
    autoMigrate: true,
  });
  const response = await fetch(`http://${server.addresses().get('read')}/openapi.json`);
  return (await response.json()) as OpenApiDocument; // that is what the route answers
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(REFERENCE, renderRestReference(await readDocument()));
}
