import type { ClassDeclaration } from './declaration.ts';
import { findImpossiblePermits } from './impossible-permits.ts';
import type { Finding } from './place.ts';
import { quote } from './quote.ts';

/** What loads, but is probably not meant. The classes have no errors. */
export function lint(classes: readonly ClassDeclaration[]): Finding[] {
  return [
    ...findDuplicates(classes),
    ...findMixedOperators(classes),
    ...findUnusedClasses(classes),
    ...findImpossiblePermits(classes).map(({ className, permit, place }) => ({
      place,
      message: `the expression of permit ${quote(permit)} in namespace ${quote(className)} can never be true`,
    })),
  ];
}

function findDuplicates(classes: readonly ClassDeclaration[]): Finding[] {
  const classNames = new Set<string>();
  return classes.flatMap(({ name, place, members }) => {
    const findings: Finding[] = [];
    if (classNames.has(name)) {
      findings.push({ place, message: `namespace ${quote(name)} was already declared; this declaration counts` });
    }
    classNames.add(name);
    const memberNames = new Set<string>();
    for (const member of members) {
      const memberName = member.relation.name;
      if (memberNames.has(memberName)) {
        const what = `${quote(memberName)} was already declared in namespace ${quote(name)}`;
        findings.push({ place: member.place, message: `${what}; this declaration does not count` });
      }
      memberNames.add(memberName);
    }
    return findings;
  });
}

/** Who knows TypeScript reads `a || b && c` otherwise than it is meant here (contract: OPL A3.1). */
function findMixedOperators(classes: readonly ClassDeclaration[]): Finding[] {
  return classes.flatMap(({ members }) =>
    members.flatMap(({ mixedOperators }) =>
      mixedOperators.map((place) => {
        const { line } = place.source.position(place.start);
        const reading = '"&&" and "||" have equal precedence and are read from left to right';
        return { place, message: `mixed operators without parentheses on line ${line}: ${reading}` };
      }),
    ),
  );
}

/** A class without relations is there to be referred to. */
function findUnusedClasses(classes: readonly ClassDeclaration[]): Finding[] {
  const used = new Set<string>();
  for (const { members } of classes) {
    for (const { references } of members) {
      for (const reference of references) if (reference.kind === 'type') used.add(reference.namespace);
    }
  }
  return classes
    .filter(({ name, members }) => members.length === 0 && !used.has(name))
    .map(({ name, place }) => ({
      place,
      message: `namespace ${quote(name)} declares nothing, and nothing refers to it`,
    }));
}
