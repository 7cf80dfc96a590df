/** Takes a parameter of a DSN out of those that are left; an empty one counts as none. */
export function takeParameter(parameters: URLSearchParams, name: string): string | undefined {
  const value = parameters.get(name);
  parameters.delete(name);
  return value === null || value === '' ? undefined : value;
}
