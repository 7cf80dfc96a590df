/** The header that carries the snaptoken of an answer; bodies are the contract's and have no place for it. */
export function snaptokenHeader(snaptoken: string | undefined): Readonly<Record<string, string>> {
  return snaptoken ? { 'stheno-snaptoken': snaptoken } : {};
}
