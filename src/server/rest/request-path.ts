const BROKEN_ESCAPE = /%(?![0-9a-fA-F]{2})/;
const SCHEME_AND_HOST = /^https?:\/\/[^/?]*/i;

/** A request target taken apart; nothing in it is decoded. */
export interface RequestTarget {
  readonly path: string;
  /** What stands behind the first `?`; undefined without one. */
  readonly query: string | undefined;
}

/** Takes the origin form (`/path?query`) and the absolute form (`http://host/path`), RFC 9112 §3.2. */
export function splitTarget(target: string): RequestTarget {
  const origin = target.startsWith('/') ? target : target.replace(SCHEME_AND_HOST, '');
  const mark = origin.indexOf('?');
  return mark < 0
    ? { path: origin || '/', query: undefined }
    : { path: origin.slice(0, mark) || '/', query: origin.slice(mark + 1) };
}

/** The path without empty, `.` and `..` segments; a trailing slash stays (contract: REST §1.1). */
export function cleanPath(path: string): string {
  const clean: string[] = [];
  const segments = path.split('/').slice(path.startsWith('/') ? 1 : 0);
  for (const segment of segments) {
    if (segment === '..') clean.pop();
    else if (segment !== '' && segment !== '.') clean.push(segment);
  }
  const isFolder = clean.length > 0 && segments.at(-1) === '';
  return `/${clean.join('/')}${isFolder ? '/' : ''}`;
}

export function hasBrokenEscape(path: string): boolean {
  return BROKEN_ESCAPE.test(path);
}

/**
 * The path that is compared with the routes; undefined when it cannot be one of them: an encoded
 * slash is part of a segment, and no route has a character that is not plain text.
 */
export function decodePath(path: string): string | undefined {
  if (!path.includes('%')) return path;
  if (/%2f/i.test(path)) return undefined;
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
