import { SthenoError } from '../../../errors.ts';
import { parseAccessRequest, parseAccessRequests, parsePolicy, parseRole } from '../../../policy/documents.ts';
import { type Flavor, isFlavor } from '../../../policy/flavor.ts';
import { formatPolicy, formatRole } from '../../../policy/format-json.ts';
import { type PolicyFilter, parsePage, type RoleFilter } from '../../../policy/list-filter.ts';
import type { Page } from '../../../policy/policy-store.ts';
import type { PolicyService } from '../../../service/policy-service.ts';
import { type Answer, JSON_TYPE, ok } from '../answer.ts';
import type { QueryParameters } from '../query-parameters.ts';
import type { RestRequest, Route } from '../route.ts';
import { explanationJson } from './explanation-json.ts';

type Handler = Route['handle'];

// In which order flavor and body are looked at is the contract's, and differs (acp §2.1 to §2.3).

export function allowed(policies: Pick<PolicyService, 'allowed'>): Handler {
  return async (request) => {
    const flavor = flavorOf(request);
    const isAllowed = await policies.allowed(flavor, parseAccessRequest(await request.body()));
    return jsonText(JSON.stringify({ allowed: isAllowed }), isAllowed ? 200 : 403);
  };
}

export function batchAllowed(policies: Pick<PolicyService, 'batchAllowed'>): Handler {
  return async (request) => {
    const flavor = flavorOf(request);
    const questions = parseAccessRequests(await request.body());
    const decisions = await policies.batchAllowed(flavor, questions, request.call);
    const results = decisions.map(({ allowed, error }) => ({ allowed, ...(error && { error: error.message }) }));
    return ok({ results });
  };
}

export function explain(policies: Pick<PolicyService, 'explain'>): Handler {
  return async (request) => {
    const flavor = flavorOf(request);
    const question = parseAccessRequest(await request.body());
    const explanation = await policies.explain(flavor, question, { maxPolicies: 0 });
    return ok(explanationJson(explanation, question.subject));
  };
}

export function upsertPolicy(policies: Pick<PolicyService, 'upsertPolicy'>): Handler {
  return async (request) => {
    const policy = parsePolicy(await request.body());
    await policies.upsertPolicy(flavorOf(request), policy, request.call);
    return jsonText(formatPolicy(policy));
  };
}

export function getPolicy(policies: Pick<PolicyService, 'getPolicy'>): Handler {
  return async (request) =>
    jsonText(formatPolicy(await policies.getPolicy(flavorOf(request), request.segment('id'), request.call)));
}

export function listPolicies(policies: Pick<PolicyService, 'listPolicies'>): Handler {
  return async (request) => {
    const { query, call } = request;
    const filter: PolicyFilter = {
      ids: query.all('id'),
      subject: query.first('subject'),
      resource: query.first('resource'),
      action: query.first('action'),
    };
    const found = await policies.listPolicies(flavorOf(request), pageOf(query), filter, call);
    return jsonText(`[${found.map(formatPolicy).join(',')}]`);
  };
}

export function deletePolicy(policies: Pick<PolicyService, 'deletePolicy'>): Handler {
  return async (request) => {
    await policies.deletePolicy(flavorOf(request), request.segment('id'), request.call);
    return { kind: 'empty', status: 204 };
  };
}

export function upsertRole(policies: Pick<PolicyService, 'upsertRole'>): Handler {
  return async (request) => {
    const role = parseRole(await request.body());
    await policies.upsertRole(flavorOf(request), role, request.call);
    return jsonText(formatRole(role));
  };
}

export function getRole(policies: Pick<PolicyService, 'getRole'>): Handler {
  return async (request) =>
    jsonText(formatRole(await policies.getRole(flavorOf(request), request.segment('id'), request.call)));
}

export function listRoles(policies: Pick<PolicyService, 'listRoles'>): Handler {
  return async (request) => {
    const { query, call } = request;
    const filter: RoleFilter = { ids: query.all('id'), member: query.first('member') };
    const found = await policies.listRoles(flavorOf(request), pageOf(query), filter, call);
    return jsonText(`[${found.map(formatRole).join(',')}]`);
  };
}

export function deleteRole(policies: Pick<PolicyService, 'deleteRole'>): Handler {
  return async (request) => {
    await policies.deleteRole(flavorOf(request), request.segment('id'), request.call);
    return { kind: 'empty', status: 204 };
  };
}

export function addMembers(policies: Pick<PolicyService, 'addMembers'>): Handler {
  return async (request) => {
    const flavor = flavorOf(request);
    const added = { ...parseRole(await request.body()), id: request.segment('id') };
    return jsonText(formatRole(await policies.addMembers(flavor, added, request.call)));
  };
}

export function removeMember(policies: Pick<PolicyService, 'removeMember'>): Handler {
  return async (request) => {
    const [flavor, id, member] = [flavorOf(request), request.segment('id'), request.segment('member')];
    return jsonText(formatRole(await policies.removeMember(flavor, id, member, request.call)));
  };
}

/** @throws {SthenoError} `not_found` when the path names no flavor */
function flavorOf(request: RestRequest): Flavor {
  const flavor = request.segment('flavor');
  if (!isFlavor(flavor)) throw new SthenoError('not_found');
  return flavor;
}

function pageOf(query: QueryParameters): Page {
  return parsePage({ limit: query.first('limit'), offset: query.first('offset') });
}

/** These answers end without a line feed. */
function jsonText(body: string, status = 200): Answer {
  return { kind: 'bytes', status, contentType: JSON_TYPE, body };
}
