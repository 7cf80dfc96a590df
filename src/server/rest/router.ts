import { STATUS_CODES } from 'node:http';
import type { WholeAnswer } from './answer.ts';
import { PathTemplate, type Segments } from './path-template.ts';
import { cleanPath, decodePath, hasBrokenEscape, type RequestTarget } from './request-path.ts';
import type { Route } from './route.ts';

/** A route that takes the request, or the answer to a request that no route takes. */
export type Match =
  | { readonly kind: 'route'; readonly route: Route; readonly segments: Segments }
  | { readonly kind: 'answer'; readonly answer: WholeAnswer };

const NO_SEGMENTS: Segments = new Map();
const PLAIN_TEXT = 'text/plain; charset=utf-8';

/** The rows of one path by their methods. */
type Methods = ReadonlyMap<string, Route>;

/** Finds routes by path and method; what it says where there is none is the contract's (REST §1.1). */
export class Router {
  readonly #fixed = new Map<string, Methods>();
  readonly #templates: { readonly template: PathTemplate; readonly methods: Methods }[] = [];

  constructor(routes: readonly Route[]) {
    const byPath = new Map<string, Map<string, Route>>();
    for (const route of routes) {
      const methods = byPath.get(route.path) ?? new Map<string, Route>();
      methods.set(route.method, route);
      if (route.method === 'GET' && route.implied !== 'OPTIONS') methods.set('HEAD', route);
      byPath.set(route.path, methods);
    }
    for (const [path, methods] of byPath) {
      if (path.includes('{')) this.#templates.push({ template: new PathTemplate(path), methods });
      else this.#fixed.set(path, methods);
    }
  }

  match(method: string, target: RequestTarget): Match {
    // Before anything else: paths of the table are clean, without escapes, and most requests name one as it stands.
    const route = this.#fixed.get(target.path)?.get(method);
    if (route !== undefined) return { kind: 'route', route, segments: NO_SEGMENTS };
    if (target.path === '*') return { kind: 'answer', answer: asterisk(method) };
    if (hasBrokenEscape(target.path)) return { kind: 'answer', answer: badRequest() };
    const clean = cleanPath(target.path);
    if (clean !== target.path) return { kind: 'answer', answer: redirect(method, clean, target.query) };
    const found = this.#find(target.path);
    if (found === undefined) return { kind: 'answer', answer: notFound() };
    const row = found.methods.get(method);
    return row === undefined
      ? { kind: 'answer', answer: otherMethod(method, found.methods) }
      : { kind: 'route', route: row, segments: found.segments };
  }

  #find(path: string): { methods: Methods; segments: Segments } | undefined {
    const methods = this.#fixed.get(decodePath(path) ?? '');
    if (methods !== undefined) return { methods, segments: NO_SEGMENTS };
    for (const { template, methods } of this.#templates) {
      const segments = template.match(path);
      if (segments !== undefined) return { methods, segments };
    }
    return undefined;
  }
}

/** `OPTIONS *` asks whether anybody is there (RFC 9110 §9.3.7); no other method goes with `*`. */
function asterisk(method: string): WholeAnswer {
  return method === 'OPTIONS' ? { kind: 'empty', status: 200, headers: { 'content-length': '0' } } : badRequest();
}

function badRequest(): WholeAnswer {
  return text(400, '400 Bad Request', { connection: 'close' });
}

function notFound(): WholeAnswer {
  return text(404, '404 page not found\n', { 'x-content-type-options': 'nosniff' });
}

/** What a path says to a method that none of its rows has. */
function otherMethod(method: string, methods: Methods): WholeAnswer {
  const [first] = methods.values();
  if (first?.implied !== 'OPTIONS') return wrongMethod([...methods.keys()]);
  const allowed = [...methods.keys(), 'OPTIONS'];
  if (method !== 'OPTIONS') return wrongMethod(allowed);
  return { kind: 'empty', status: 200, headers: { allow: allowed.toSorted().join(', '), 'content-length': '0' } };
}

function wrongMethod(allowed: readonly string[]): WholeAnswer {
  const headers = { allow: allowed.toSorted().join(', '), 'x-content-type-options': 'nosniff' };
  return text(405, `${STATUS_CODES[405]}\n`, headers);
}

function redirect(method: string, path: string, query: string | undefined): WholeAnswer {
  const target = toAscii(query === undefined ? path : `${path}?${query}`);
  const headers = { location: target };
  if (method !== 'GET' && method !== 'HEAD') return { kind: 'empty', status: 307, headers };
  const body = `<a href="${escapeHtml(target)}">${STATUS_CODES[307]}</a>.\n\n`;
  return { kind: 'bytes', status: 307, contentType: 'text/html; charset=utf-8', body, headers };
}

function text(status: number, body: string, headers: Readonly<Record<string, string>>): WholeAnswer {
  return { kind: 'bytes', status, contentType: PLAIN_TEXT, body, headers };
}

/** Bytes that were sent unescaped arrive as one character each; a header must not carry them on. */
function toAscii(target: string): string {
  return target.replace(/[^!-~]/g, (character) =>
    Buffer.from(character, character <= '\u00ff' ? 'latin1' : 'utf8').reduce(
      (escaped, byte) => `${escaped}%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
      '',
    ),
  );
}

const HTML_ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
};

function escapeHtml(value: string): string {
  return value.replace(/[&<>"']/g, (character) => HTML_ESCAPES[character] ?? character);
}
