import type { Role } from './role.ts';

/** The roles of one flavor by their members. */
export class RoleIndex {
  readonly #roles = new Map<string, Role>();
  readonly #idsByMember = new Map<string, Set<string>>();

  /** Adds the role, or replaces the one with its id. */
  upsert(role: Role): void {
    this.delete(role.id);
    this.#roles.set(role.id, role);
    for (const member of role.members ?? []) {
      const ids = this.#idsByMember.get(member);
      if (ids === undefined) this.#idsByMember.set(member, new Set([role.id]));
      else ids.add(role.id);
    }
  }

  delete(id: string): void {
    for (const member of this.#roles.get(id)?.members ?? []) {
      const ids = this.#idsByMember.get(member);
      ids?.delete(id);
      if (ids?.size === 0) this.#idsByMember.delete(member);
    }
    this.#roles.delete(id);
  }

  /** The ids of the roles that list the subject itself; a role's roles are not its members' (contract: acp §3). */
  idsOf(subject: string): readonly string[] {
    return [...(this.#idsByMember.get(subject) ?? [])];
  }
}
