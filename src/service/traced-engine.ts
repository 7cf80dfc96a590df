import type { PermissionEngine } from '../engine/permission-engine.ts';
import type { Tracing } from '../observability/tracing.ts';

/** An engine whose evaluations are spans, and events of the requests that asked for them (contract: configuration §6). */
export function traceEngine(engine: PermissionEngine, tracing: Tracing): PermissionEngine {
  return {
    async check(questions, options) {
      const attributes = { 'stheno.checks': questions.length, 'stheno.max_depth': options.maxDepth };
      const result = await tracing.step('check', attributes, () => engine.check(questions, options));
      tracing.event('PermissionsChecked', { 'stheno.checks': questions.length });
      return result;
    },
    async expand(set, options) {
      const attributes = { 'stheno.max_depth': options.maxDepth };
      const result = await tracing.step('expand', attributes, () => engine.expand(set, options));
      tracing.event('PermissionsExpanded', {});
      return result;
    },
    listObjects(question, options) {
      const attributes = { 'stheno.max_depth': options.maxDepth };
      return tracing.step('list_objects', attributes, () => engine.listObjects(question, options));
    },
    listSubjects(question, options) {
      const attributes = { 'stheno.max_depth': options.maxDepth };
      return tracing.step('list_subjects', attributes, () => engine.listSubjects(question, options));
    },
    explain(question, options) {
      return tracing.step('explain', { 'stheno.max_depth': options.maxDepth }, () => engine.explain(question, options));
    },
  };
}
