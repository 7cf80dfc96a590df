/** One thing that is wrong with a namespace: where, what stands there, and why it may not. */
interface Problem {
  readonly key: string;
  readonly reason: string;
}

type Fields = Readonly<Record<string, unknown>>;

const MAX_ID = 2 ** 31 - 1;

/**
 * The reasons of why a legacy namespace is not valid, one below the other; empty when it is (contract: configuration
 * §4).
 */
export function legacyNamespaceProblems(namespace: Fields): string {
  const unknown = Object.keys(namespace).find((key) => !['$schema', 'name', 'id', 'config'].includes(key));
  const problems = [
    nameProblem(namespace),
    idProblem(namespace),
    typeProblem(namespace, 'config', 'object'),
    typeProblem(namespace, '$schema', 'string'),
    unknown === undefined ? undefined : { key: '', reason: `additionalProperties "${unknown}" not allowed` },
  ];
  return problems
    .filter((problem) => problem !== undefined)
    .map((problem) => `The configuration contains values or keys which are invalid:\n${describe(problem, namespace)}\n`)
    .join('\n');
}

function describe({ key, reason }: Problem, namespace: Fields): string {
  if (key === '') return `(root)\n^-- ${reason}\n`;
  const place = `${key}: `;
  const value = namespace[key] === undefined ? '<nil>' : JSON.stringify(namespace[key]);
  return `${place}${value}\n${' '.repeat(place.length)}^-- ${reason}\n`;
}

function nameProblem(namespace: Fields): Problem | undefined {
  if (namespace.name === undefined) {
    return { key: 'name', reason: 'one or more required properties are missing' };
  }
  return typeProblem(namespace, 'name', 'string');
}

function idProblem({ id }: Fields): Problem | undefined {
  if (id === undefined) return undefined;
  if (!Number.isInteger(id)) return { key: 'id', reason: `expected integer, but got ${typeName(id)}` };
  if (Number(id) < 0) return { key: 'id', reason: `must be >= 0 but found ${id}` };
  return Number(id) > MAX_ID ? { key: 'id', reason: `must be <= ${MAX_ID} but found ${id}` } : undefined;
}

function typeProblem(namespace: Fields, key: string, expected: string): Problem | undefined {
  const value = namespace[key];
  const type = typeName(value);
  if (value === undefined || type === expected) return undefined;
  return { key, reason: `expected ${expected}, but got ${type}` };
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
