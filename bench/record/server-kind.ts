/** A way to run the server. */
export interface ServerKind {
  readonly name: string;
  readonly title: string;
  readonly dialect: 'postgres' | 'sqlite';
  readonly hasGraph: boolean;
  /** Lines of its configuration. */
  readonly settings: readonly string[];
}

const NO_GRAPH = ['graph: { enabled: false }'];

/** Every way that is measured. */
export const SERVER_KINDS: readonly ServerKind[] = [
  { name: 'postgres', title: 'PostgreSQL', dialect: 'postgres', hasGraph: true, settings: [] },
  // As it is while other servers write to the same database.
  {
    name: 'postgres-shared',
    title: 'PostgreSQL, lease off',
    dialect: 'postgres',
    hasGraph: true,
    settings: ['graph: { lease: false }'],
  },
  { name: 'postgres-sql', title: 'PostgreSQL, graph off', dialect: 'postgres', hasGraph: false, settings: NO_GRAPH },
  { name: 'sqlite', title: 'SQLite', dialect: 'sqlite', hasGraph: true, settings: [] },
  { name: 'sqlite-sql', title: 'SQLite, graph off', dialect: 'sqlite', hasGraph: false, settings: NO_GRAPH },
];

/** @throws when there is none of that name */
export function serverKind(name: string): ServerKind {
  const kind = SERVER_KINDS.find((candidate) => candidate.name === name);
  if (kind === undefined) {
    throw new Error(`unknown server "${name}", there are ${SERVER_KINDS.map((each) => each.name).join(', ')}`);
  }
  return kind;
}
