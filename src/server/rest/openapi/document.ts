import { BULK_SCHEMAS } from './bulk-operations.ts';
import { EXPLAIN_SCHEMAS } from './explain-operations.ts';
import { LOOKUP_SCHEMAS } from './lookup-operations.ts';
import { MODEL_SCHEMAS } from './model-schemas.ts';
import type { DescribedRoute, Operation, Schema, Tag } from './operation.ts';
import { POLICY_SCHEMAS } from './policy-schemas.ts';
import { SCHEMAS } from './schemas.ts';

/** What each listener answers, by the listener's name. */
export type Surface = Readonly<Record<ListenerName, readonly DescribedRoute[]>>;
type ListenerName = keyof typeof DEFAULT_PORTS;

/** The ports that a configuration without `serve` gives (contract: REST §1). */
const DEFAULT_PORTS = { read: 4466, write: 4467, metrics: 4468, opl: 4469 } as const;

const TAGS: Readonly<Record<Tag, string>> = {
  permission: 'Questions about who may do what.',
  relationship: 'The relation tuples, and the model they belong to.',
  model: 'The model in the database, and its versions.',
  engines: 'The access control policies that Keto had before relation tuples.',
  metadata: 'The server itself.',
};

const ABOUT =
  'The REST API of Stheno. Every operation names the listeners that serve it. A `GET` operation answers `HEAD` as well, but for those of the policies.';

export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  /** By path and method in lower case. */
  readonly paths: Readonly<Record<string, Readonly<Record<string, ServedOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** An operation and where it is found. */
export type ServedOperation = Operation & { readonly servers: readonly Server[] };

interface Server {
  readonly url: string;
  readonly description: string;
  readonly variables: Readonly<Record<string, { readonly default: string }>>;
}

/** Describes the routes of all listeners, in the order in which they stand (OpenAPI 3.0). */
export function openApiDocument({ version, surface }: { version: string; surface: Surface }): OpenApiDocument {
  const paths: Record<string, Record<string, ServedOperation>> = {};
  const listeners = Object.entries(surface) as [ListenerName, readonly DescribedRoute[]][]; // the keys of its type
  for (const [listener, routes] of listeners) {
    for (const { method, path, operation } of routes) {
      const verb = method.toLowerCase();
      const servers = paths[path]?.[verb]?.servers ?? [];
      paths[path] = { ...paths[path], [verb]: { ...operation, servers: [...servers, serverOf(listener)] } };
    }
  }
  return {
    openapi: '3.0.3',
    info: { title: 'Stheno', version, description: ABOUT },
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: {
        ...SCHEMAS,
        ...BULK_SCHEMAS,
        ...EXPLAIN_SCHEMAS,
        ...LOOKUP_SCHEMAS,
        ...MODEL_SCHEMAS,
        ...POLICY_SCHEMAS,
      },
    },
  };
}

/** Hosts and ports are configured, so they are variables; their defaults are those of the configuration. */
function serverOf(listener: ListenerName): Server {
  return {
    url: 'http://{host}:{port}',
    description: listener,
    variables: { host: { default: '127.0.0.1' }, port: { default: String(DEFAULT_PORTS[listener]) } },
  };
}
