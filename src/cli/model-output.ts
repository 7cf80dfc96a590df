import type { SourcePosition } from '#gen/ory/keto/opl/v1alpha1/syntax_service_pb.js';
import {
  ModelChange_Kind as ChangeKind,
  type ModelChange,
  type ModelDiagnostic,
  type OrphanedTuples,
  ModelDiagnostic_Severity as Severity,
} from '#gen/stheno/v1/model_pb.js';
import type { ModelFile } from '../namespace/model.ts';
import type { Diagnostic, Position } from '../opl/diagnostic.ts';
import { formatDiagnostics } from '../opl/format-diagnostics.ts';
import { tupleFromProto } from '../service/messages.ts';
import { formatTuple } from '../tuple/tuple-text.ts';
import type { Surroundings } from './command.ts';
import { formatTable } from './output/table-text.ts';
import { visible } from './visible.ts';

/** What a comparison of models found. */
export interface Comparison {
  readonly changes: readonly ModelChange[];
  readonly orphans: readonly OrphanedTuples[];
  readonly orphanCount: bigint;
}

/** Tables of what changes and of the tuples that lose something; a line when nothing changes. */
export function comparisonText({ changes, orphans, orphanCount }: Comparison): string {
  const changed = changes.length === 0 ? 'nothing changes\n' : formatTable(changeRows(changes));
  if (orphans.length === 0) return changed;
  const told = `${orphanCount} stored ${orphanCount === 1n ? 'tuple loses what it refers' : 'tuples lose what they refer'} to\n`;
  return `${changed}\n${told}${formatTable(orphanRows(orphans))}`;
}

/** Shows what is wrong at its place in the files. */
export function diagnosticsText(
  files: readonly ModelFile[],
  diagnostics: readonly ModelDiagnostic[],
  { env, stderr }: Pick<Surroundings, 'env' | 'stderr'>,
): string {
  const color = 'isTTY' in stderr && stderr.isTTY === true && !env.NO_COLOR;
  return files
    .map(({ name, content }) => {
      const ofFile = diagnostics.filter(({ file }) => file === name).map(toDiagnostic);
      return formatDiagnostics(content, name, ofFile, { color });
    })
    .join('');
}

function changeRows(changes: readonly ModelChange[]): string[][] {
  return [
    ['CHANGE', 'NAMESPACE', 'RELATION', 'BEFORE', 'AFTER'],
    ...changes.map(({ kind, namespace, relation, before, after }) => [
      ChangeKind[kind].toLowerCase().replace('_', ' '),
      namespace,
      relation,
      inLine(before),
      inLine(after),
    ]),
  ];
}

function orphanRows(orphans: readonly OrphanedTuples[]): string[][] {
  return [
    ['LOST', 'IN', 'TUPLES', 'SUCH AS'],
    ...orphans.map(({ namespace, relation, inSubject, count, examples: [example] }) => [
      relation === '' ? namespace : `${namespace}#${relation}`,
      inSubject ? 'subject' : 'object',
      String(count),
      example === undefined ? '' : inLine(formatTuple(tupleFromProto(example))),
    ]),
  ];
}

/** Tabs and line ends would be taken for the table's own, but a type may be written in several lines. */
function inLine(text: string): string {
  return visible(text.replace(/\s/g, ' '));
}

function toDiagnostic({ severity, message, file, start, end }: ModelDiagnostic): Diagnostic {
  return {
    severity: severity === Severity.ERROR ? 'error' : 'warning',
    message,
    file,
    start: toPosition(start),
    end: toPosition(end),
  };
}

function toPosition(position: SourcePosition | undefined): Position {
  return { line: position?.line ?? 1, column: position?.column ?? 0 };
}
