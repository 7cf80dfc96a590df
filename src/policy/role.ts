/** Subjects that policies may name by the role's id (contract: acp §1). */
export interface Role {
  readonly id: string;
  /** Free text, never evaluated. */
  readonly description: string;
  /** Plain subjects, never patterns. May hold a subject twice. */
  readonly members: readonly string[] | undefined;
}

/**
 * The role with members added: first occurrences stay in their order, repetitions go, those
 * that were stored before too (acp §2.3).
 */
export function withMembers(role: Role, added: readonly string[]): Role {
  const members = [...new Set([...(role.members ?? []), ...added])];
  return { ...role, members: role.members === undefined && members.length === 0 ? undefined : members };
}

/** The role without a member, however often it was listed; members are a list afterwards, also if there were none. */
export function withoutMember(role: Role, member: string): Role {
  return { ...role, members: (role.members ?? []).filter((listed) => listed !== member) };
}
