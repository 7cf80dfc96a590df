import type { ClassDeclaration } from './declaration.ts';
import type { DeclarationIndex } from './declaration-index.ts';
import { findImpossiblePermits } from './impossible-permits.ts';
import { type Finding, placeIn } from './place.ts';
import { quote } from './quote.ts';

/** What loads, but is probably not meant. The classes have no errors. */
export function lint(classes: readonly ClassDeclaration[], index: DeclarationIndex): Finding[] {
  return [
    ...findDuplicates(classes),
    ...findMixedOperators(classes),
    ...findUnusedClasses(classes),
    ...findImpossiblePermits(index).map(({ declaration: { source, name }, permit }) => ({
      place: placeIn(source, permit),
      message: `the expression of permit ${quote(permit.relation.name)} in namespace ${quote(name)} can never be true`,
    })),
  ];
}

function findDuplicates(classes: readonly ClassDeclaration[]): Finding[] {
  const findings: Finding[] = [];
  const classNames = new Set<string>();
  for (const declaration of classes) {
    const { source, name, members, byName } = declaration;
    if (classNames.has(name)) {
      const message = `namespace ${quote(name)} was already declared; this declaration counts`;
      findings.push({ place: placeIn(source, declaration), message });
    }
    classNames.add(name);
    if (members.length === byName.size) continue;
    for (const member of members) {
      const memberName = member.relation.name;
      if (byName.get(memberName) === member) continue;
      const what = `${quote(memberName)} was already declared in namespace ${quote(name)}`;
      findings.push({ place: placeIn(source, member), message: `${what}; this declaration does not count` });
    }
  }
  return findings;
}

/** Who knows TypeScript reads `a || b && c` otherwise than it is meant here (contract: OPL A3.1). */
function findMixedOperators(classes: readonly ClassDeclaration[]): Finding[] {
  const findings: Finding[] = [];
  const reading = '"&&" and "||" have equal precedence and are read from left to right';
  for (const { source, mixedOperators } of classes) {
    for (const operator of mixedOperators) {
      const { line } = source.position(operator.start);
      const message = `mixed operators without parentheses on line ${line}: ${reading}`;
      findings.push({ place: placeIn(source, operator), message });
    }
  }
  return findings;
}

/** A class without relations is there to be referred to. */
function findUnusedClasses(classes: readonly ClassDeclaration[]): Finding[] {
  const unused = new Set(classes.filter(({ members }) => members.length === 0).map(({ name }) => name));
  if (unused.size === 0) return [];
  for (const { members } of classes) {
    for (const { relation } of members) {
      for (const { namespace } of relation.types) unused.delete(namespace);
    }
  }
  return classes
    .filter(({ name, members }) => members.length === 0 && unused.has(name))
    .map((declaration) => ({
      place: placeIn(declaration.source, declaration),
      message: `namespace ${quote(declaration.name)} declares nothing, and nothing refers to it`,
    }));
}
