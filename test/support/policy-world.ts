import { isAllowed } from '../../src/policy/decide.ts';
import { parseAccessRequest, parsePolicy, parseRole } from '../../src/policy/documents.ts';
import { FLAVORS, type Flavor, isFlavor } from '../../src/policy/flavor.ts';
import { formatPolicy, formatRole } from '../../src/policy/format-json.ts';
import { isListedPolicy, isListedRole, parsePage } from '../../src/policy/list-filter.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { InvalidPolicyError, PolicyEvaluationError } from '../../src/policy/policy-error.ts';
import { PolicyIndex } from '../../src/policy/policy-index.ts';
import { type Role, withMembers, withoutMember } from '../../src/policy/role.ts';

export interface PolicyAnswer {
  readonly status: number;
  readonly text: string;
}

interface Collections {
  readonly index: PolicyIndex;
  readonly policies: Map<string, Policy>;
  readonly roles: Map<string, Role>;
}

type Verb = (flavor: Flavor, rest: readonly string[], query: URLSearchParams, body: string) => PolicyAnswer;

/**
 * The policies API over the domain alone, without a server and a database: enough to put the
 * questions of recorded exchanges, by method, path and body.
 */
export class PolicyWorld {
  readonly #flavors = new Map<Flavor, Collections>(
    FLAVORS.map((flavor) => [flavor, { index: new PolicyIndex({ flavor }), policies: new Map(), roles: new Map() }]),
  );

  answer(method: string, target: string, body: string): PolicyAnswer {
    const url = new URL(target, 'http://localhost');
    const [flavor = '', kind = '', ...rest] = url.pathname
      .replace('/engines/acp/ory/', '')
      .split('/')
      .map(decodeURIComponent);
    const shape = [method, kind, ...rest.map((part) => (part === 'members' ? part : '*'))].join(' ');
    const verb = this.#verbs[shape];
    if (verb === undefined || !isFlavor(flavor)) return { status: 404, text: '' };
    try {
      return verb(flavor, rest, url.searchParams, body);
    } catch (error) {
      if (error instanceof InvalidPolicyError || error instanceof PolicyEvaluationError) {
        return { status: 500, text: error.message };
      }
      throw error;
    }
  }

  readonly #verbs: Readonly<Record<string, Verb>> = {
    'POST allowed': (flavor, _rest, _query, body) => {
      const allowed = isAllowed(this.#of(flavor).index, parseAccessRequest(body));
      return { status: allowed ? 200 : 403, text: JSON.stringify({ allowed }) };
    },
    'PUT policies': (flavor, _rest, _query, body) => {
      const policy = parsePolicy(body);
      this.#of(flavor).policies.set(policy.id, policy);
      this.#of(flavor).index.upsertPolicy(policy);
      return { status: 200, text: formatPolicy(policy) };
    },
    'GET policies': (flavor, _rest, query) => {
      const [subject, resource, action] = ['subject', 'resource', 'action'].map((name) => query.get(name) ?? undefined);
      const filter = { ids: idsOf(query), subject, resource, action };
      return list(pageOf(this.#of(flavor).policies, query), (policy) => isListedPolicy(policy, filter), formatPolicy);
    },
    'GET policies *': (flavor, [id = '']) => found(this.#of(flavor).policies.get(id), formatPolicy),
    'DELETE policies *': (flavor, [id = '']) => {
      this.#of(flavor).policies.delete(id);
      this.#of(flavor).index.deletePolicy(id);
      return { status: 204, text: '' };
    },
    'PUT roles': (flavor, _rest, _query, body) => this.#putRole(flavor, parseRole(body)),
    'GET roles': (flavor, _rest, query) => {
      const filter = { ids: idsOf(query), member: query.get('member') ?? undefined };
      return list(pageOf(this.#of(flavor).roles, query), (role) => isListedRole(role, filter), formatRole);
    },
    'GET roles *': (flavor, [id = '']) => found(this.#of(flavor).roles.get(id), formatRole),
    'DELETE roles *': (flavor, [id = '']) => {
      this.#of(flavor).roles.delete(id);
      this.#of(flavor).index.deleteRole(id);
      return { status: 204, text: '' };
    },
    'PUT roles * members': (flavor, [id = ''], _query, body) => {
      const added = { ...parseRole(body), id };
      const stored = this.#of(flavor).roles.get(id);
      return this.#putRole(flavor, stored === undefined ? added : withMembers(stored, added.members ?? []));
    },
    'DELETE roles * members *': (flavor, [id = '', , member = '']) => {
      const stored = this.#of(flavor).roles.get(id);
      return stored === undefined ? { status: 404, text: '' } : this.#putRole(flavor, withoutMember(stored, member));
    },
  };

  #putRole(flavor: Flavor, role: Role): PolicyAnswer {
    this.#of(flavor).roles.set(role.id, role);
    this.#of(flavor).index.upsertRole(role);
    return { status: 200, text: formatRole(role) };
  }

  #of(flavor: Flavor): Collections {
    const collections = this.#flavors.get(flavor);
    if (collections === undefined) throw new Error(`no collections of ${flavor}`);
    return collections;
  }
}

function idsOf(query: URLSearchParams): string[] | undefined {
  return query.has('id') ? query.getAll('id') : undefined;
}

function pageOf<T>(items: ReadonlyMap<string, T>, query: URLSearchParams): T[] {
  const page = parsePage({ limit: query.get('limit') ?? undefined, offset: query.get('offset') ?? undefined });
  return [...items.values()].slice(page.offset, page.offset + page.limit);
}

function list<T>(items: readonly T[], isListed: (item: T) => boolean, format: (item: T) => string): PolicyAnswer {
  return { status: 200, text: `[${items.filter(isListed).map(format).join(',')}]` };
}

function found<T>(item: T | undefined, format: (item: T) => string): PolicyAnswer {
  return item === undefined ? { status: 404, text: '' } : { status: 200, text: format(item) };
}
