/** A way to run the server. */
export interface ServerKind {
  readonly name: string;
  readonly title: string;
  readonly dialect: 'postgres' | 'sqlite';
  readonly hasGraph: boolean;
}

/** Every way that is measured. */
export const SERVER_KINDS: readonly ServerKind[] = [
  { name: 'postgres', title: 'PostgreSQL', dialect: 'postgres', hasGraph: true },
  { name: 'postgres-sql', title: 'PostgreSQL, graph off', dialect: 'postgres', hasGraph: false },
  { name: 'sqlite', title: 'SQLite', dialect: 'sqlite', hasGraph: true },
  { name: 'sqlite-sql', title: 'SQLite, graph off', dialect: 'sqlite', hasGraph: false },
];

/** @throws when there is none of that name */
export function serverKind(name: string): ServerKind {
  const kind = SERVER_KINDS.find((candidate) => candidate.name === name);
  if (kind === undefined) {
    throw new Error(`unknown server "${name}", there are ${SERVER_KINDS.map((each) => each.name).join(', ')}`);
  }
  return kind;
}
