import { create } from '@bufbuild/protobuf';
import type {
  CheckRequest as SyntaxRequest,
  CheckResponse as SyntaxResponse,
} from '#gen/ory/keto/opl/v1alpha1/syntax_service_pb.js';
import { ListNamespacesRequestSchema } from '#gen/ory/keto/relation_tuples/v1alpha2/namespaces_service_pb.js';
import { GetVersionRequestSchema } from '#gen/ory/keto/relation_tuples/v1alpha2/version_pb.js';
import type { NamespaceManager } from '../../namespace/namespace-manager.ts';
import type { CheckService } from '../../service/check-service.ts';
import type { ExpandService } from '../../service/expand-service.ts';
import type { NamespacesService } from '../../service/namespaces-service.ts';
import type { PageTokens } from '../../service/page-tokens.ts';
import type { ReadService } from '../../service/read-service.ts';
import type { Readiness } from '../../service/readiness.ts';
import type { Call } from '../../service/rpc-service.ts';
import type { VersionService } from '../../service/version-service.ts';
import type { WriteService } from '../../service/write-service.ts';
import { ok } from './answer.ts';
import {
  batchAnswer,
  batchFromBody,
  checkAnswer,
  checkFromBody,
  checkFromQuery,
  denyUnknownNamespaces,
  mirroredCheckAnswer,
} from './check-routes.ts';
import { expandAnswer, expandFromQuery } from './expand-routes.ts';
import { alive, ready } from './health-routes.ts';
import { listAnswer, listFromQuery, namespacesAnswer } from './list-routes.ts';
import { type MetricsSource, renderMetrics } from './metrics-route.ts';
import * as metadata from './openapi/metadata-operations.ts';
import type { DescribedRoute } from './openapi/operation.ts';
import * as permission from './openapi/permission-operations.ts';
import * as relationship from './openapi/relationship-operations.ts';
import { serve } from './route.ts';
import { syntaxAnswer, syntaxFromBody } from './syntax-routes.ts';
import { createOrTransact, deleteFromQuery, noContent, transactFromBody } from './write-routes.ts';

/** What the routes of the read API call. */
export interface ReadServices {
  readonly check: Pick<CheckService, 'check' | 'batchCheck'>;
  readonly expand: Pick<ExpandService, 'expand'>;
  readonly read: Pick<ReadService, 'listRelationTuples'>;
  readonly namespaceList: Pick<NamespacesService, 'listNamespaces'>;
  readonly namespaces: NamespaceManager;
  readonly pageTokens: Pick<PageTokens, 'verify'>;
}

/** The read API (contract: REST §4 to §7). */
export function readRoutes(services: ReadServices): DescribedRoute[] {
  const { check, expand, read, namespaceList, pageTokens } = services;
  const list = serve(listFromQuery(pageTokens), (message, call) => read.listRelationTuples(message, call), listAnswer);
  const batch = serve(batchFromBody, ({ request }, call) => check.batchCheck(request, call), batchAnswer);
  const tree = serve(expandFromQuery, (message, call) => expand.expand(message, call), expandAnswer);
  const names = serve(
    () => create(ListNamespacesRequestSchema),
    (message) => namespaceList.listNamespaces(message),
    namespacesAnswer,
  );
  return [
    { method: 'GET', path: '/relation-tuples', operation: relationship.getRelationships, handle: list },
    ...checkRoutes(services),
    {
      method: 'POST',
      path: '/relation-tuples/batch/check',
      operation: permission.batchCheckPermission,
      handle: batch,
    },
    { method: 'GET', path: '/relation-tuples/expand', operation: permission.expandPermissions, handle: tree },
    { method: 'GET', path: '/namespaces', operation: relationship.listRelationshipNamespaces, handle: names },
  ];
}

/** One question, from the query or the body, with the answer in the status or not (contract: REST §4.1). */
function checkRoutes({ check, namespaces }: Pick<ReadServices, 'check' | 'namespaces'>): DescribedRoute[] {
  const checkOne = denyUnknownNamespaces(check, namespaces);
  const mirrored = '/relation-tuples/check';
  const plain = '/relation-tuples/check/openapi';
  return [
    {
      method: 'GET',
      path: mirrored,
      operation: permission.checkPermissionOrError,
      handle: serve(checkFromQuery, checkOne, mirroredCheckAnswer),
    },
    {
      method: 'POST',
      path: mirrored,
      operation: permission.postCheckPermissionOrError,
      handle: serve(checkFromBody, checkOne, mirroredCheckAnswer),
    },
    {
      method: 'GET',
      path: plain,
      operation: permission.checkPermission,
      handle: serve(checkFromQuery, checkOne, checkAnswer),
    },
    {
      method: 'POST',
      path: plain,
      operation: permission.postCheckPermission,
      handle: serve(checkFromBody, checkOne, checkAnswer),
    },
  ];
}

/** The write API (contract: REST §8). */
export function writeRoutes({
  write,
}: {
  write: Pick<WriteService, 'transactRelationTuples' | 'deleteRelationTuples'>;
}): DescribedRoute[] {
  const path = '/admin/relation-tuples';
  const transact = serve(transactFromBody, (message, call) => write.transactRelationTuples(message, call), noContent);
  const remove = serve(deleteFromQuery, (message, call) => write.deleteRelationTuples(message, call), noContent);
  return [
    { method: 'PUT', path, operation: relationship.createRelationship, handle: createOrTransact(write) },
    { method: 'PATCH', path, operation: relationship.patchRelationships, handle: transact },
    { method: 'DELETE', path, operation: relationship.deleteRelationships, handle: remove },
  ];
}

/** What checks OPL documents. */
export interface SyntaxChecker {
  check(request: SyntaxRequest, call: Call): Promise<SyntaxResponse>;
}

/** The OPL API (contract: REST §9). */
export function oplRoutes({ syntax }: { syntax: SyntaxChecker }): DescribedRoute[] {
  const check = serve(syntaxFromBody, (message, call) => syntax.check(message, call), syntaxAnswer);
  return [{ method: 'POST', path: '/opl/syntax/check', operation: relationship.checkOplSyntax, handle: check }];
}

/** What the read, write and OPL listeners answer besides their API (contract: REST §10, §11). */
export function commonRoutes({
  version,
  readiness,
  metrics,
}: {
  version: Pick<VersionService, 'getVersion'>;
  readiness: Readiness;
  metrics: MetricsSource;
}): DescribedRoute[] {
  const versionText = serve(
    () => create(GetVersionRequestSchema),
    (message) => version.getVersion(message),
    (response) => ok({ version: response.version }),
  );
  return [
    { method: 'GET', path: '/health/alive', operation: metadata.isAlive, handle: alive },
    { method: 'GET', path: '/health/ready', operation: metadata.isReady, handle: ready(readiness) },
    { method: 'GET', path: '/version', operation: metadata.getVersion, handle: versionText },
    ...metricsRoutes({ metrics }),
  ];
}

/** All that the metrics listener answers. */
export function metricsRoutes({ metrics }: { metrics: MetricsSource }): DescribedRoute[] {
  return [
    {
      method: 'GET',
      path: '/metrics/prometheus',
      operation: metadata.getMetrics,
      handle: renderMetrics(metrics),
    },
  ];
}
