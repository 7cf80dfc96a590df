const VERSION = 1;
const REVISION_BYTES = 6;
const TOKEN_BYTES = 15;

/**
 * Whether a snaptoken is of a newer state than another one. Answers to requests that ran at the same time arrive in
 * any order, so a session has to know. Servers read tokens and nobody else should need to; of a form that is not known
 * here, such as another server's, the one that came last counts as the newer.
 */
export function isNewerSnaptoken(token: string, than: string): boolean {
  const [revision, other] = [revisionOf(token), revisionOf(than)];
  return revision === undefined || other === undefined || revision > other;
}

/** A token is base64url of a version, the revision (big-endian) and a checksum. */
function revisionOf(token: string): number | undefined {
  let bytes: string;
  try {
    bytes = atob(token.replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    return undefined;
  }
  if (bytes.length !== TOKEN_BYTES || bytes.charCodeAt(0) !== VERSION) return undefined;
  let revision = 0;
  for (let index = 1; index <= REVISION_BYTES; index++) revision = revision * 256 + bytes.charCodeAt(index);
  return revision;
}
