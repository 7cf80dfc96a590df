import { create } from '@bufbuild/protobuf';
import { type ExplainRequest, ExplainRequestSchema, type ExplainResponse } from '#gen/stheno/v1/explain_service_pb.js';
import { explanationToJson } from '../../service/explain-json.ts';
import type { ExplainService } from '../../service/explain-service.ts';
import { type Answer, ok } from './answer.ts';
import { consistencyMessageOf } from './consistency-parameters.ts';
import { maxDepthOf, maxStepsOf } from './integer-parameter.ts';
import { explainPermission } from './openapi/explain-operations.ts';
import type { DescribedRoute } from './openapi/operation.ts';
import { type RestRequest, serve } from './route.ts';
import { snaptokenHeader } from './snaptoken-header.ts';
import { tupleToJson } from './tuple-json.ts';
import { tupleOf } from './tuple-query.ts';

/** Why a check has its answer. */
export function explainRoutes({ explain }: { explain: Pick<ExplainService, 'explain'> }): DescribedRoute[] {
  const handle = serve(explainFromQuery, (message, call) => explain.explain(message, call), explainAnswer);
  return [{ method: 'GET', path: '/relation-tuples/explain', operation: explainPermission, handle }];
}

function explainFromQuery({ query }: RestRequest): ExplainRequest {
  const [maxDepth, maxSteps] = [maxDepthOf(query), maxStepsOf(query)];
  const consistency = consistencyMessageOf(query);
  return create(ExplainRequestSchema, { tuple: tupleOf(query), maxDepth, maxSteps, consistency });
}

function explainAnswer(response: ExplainResponse): Answer {
  return ok(explanationToJson(response, tupleToJson), snaptokenHeader(response.snaptoken));
}
