/**
 * One model for all datasets, so that a server can be started once for all of them; objects of different datasets have
 * different names. It is written in what Ory Keto understands as well.
 */
export const DATASET_MODEL = `import { Namespace, SubjectSet, Context } from "@ory/keto-namespace-types"

class User implements Namespace {}

class Group implements Namespace {
  related: { members: (User | SubjectSet<Group, "members">)[] }
}

class Page implements Namespace {
  related: { viewers: (User | SubjectSet<Group, "members">)[] }
}

class Folder implements Namespace {
  related: { parents: Folder[], viewers: (User | SubjectSet<Group, "members">)[] }
  permits = {
    view: (ctx: Context): boolean =>
      this.related.viewers.includes(ctx.subject) || this.related.parents.traverse((p) => p.permits.view(ctx)),
  }
}

class Document implements Namespace {
  related: { parents: Folder[], viewers: (User | SubjectSet<Group, "members">)[], owners: User[] }
  permits = {
    view: (ctx: Context): boolean =>
      this.related.viewers.includes(ctx.subject) || this.related.owners.includes(ctx.subject) ||
      this.related.parents.traverse((p) => p.permits.view(ctx)),
  }
}

class Account implements Namespace {
  related: { owner: User[], followers: User[], blocked: User[] }
  permits = {
    profile: (ctx: Context): boolean =>
      (this.related.owner.includes(ctx.subject) || this.related.followers.includes(ctx.subject)) &&
      !this.related.blocked.includes(ctx.subject),
  }
}

class Content implements Namespace {
  related: { author: Account[], audience: (User | SubjectSet<Account, "followers">)[] }
  permits = {
    view: (ctx: Context): boolean =>
      (this.related.author.traverse((a) => a.related.owner.includes(ctx.subject)) ||
        this.related.audience.includes(ctx.subject)) &&
      !this.related.author.traverse((a) => a.related.blocked.includes(ctx.subject)),
  }
}

class Comment implements Namespace {
  related: { content: Content[], author: Account[] }
  permits = {
    view: (ctx: Context): boolean =>
      this.related.content.traverse((c) => c.permits.view(ctx)) &&
      this.related.author.traverse((a) => a.permits.profile(ctx)),
  }
}

class Team implements Namespace {
  related: { members: (User | SubjectSet<Team, "members">)[] }
}

class Organisation implements Namespace {
  related: { members: User[], owners: User[], readers: SubjectSet<Organisation, "members">[] }
}

class Repository implements Namespace {
  related: {
    organisation: Organisation[]
    readers: (User | SubjectSet<Team, "members">)[]
    triagers: (User | SubjectSet<Team, "members">)[]
    writers: (User | SubjectSet<Team, "members">)[]
    maintainers: (User | SubjectSet<Team, "members">)[]
    admins: (User | SubjectSet<Team, "members">)[]
  }
  permits = {
    admin: (ctx: Context): boolean =>
      this.related.admins.includes(ctx.subject) ||
      this.related.organisation.traverse((o) => o.related.owners.includes(ctx.subject)),
    maintain: (ctx: Context): boolean => this.related.maintainers.includes(ctx.subject) || this.permits.admin(ctx),
    write: (ctx: Context): boolean => this.related.writers.includes(ctx.subject) || this.permits.maintain(ctx),
    triage: (ctx: Context): boolean => this.related.triagers.includes(ctx.subject) || this.permits.write(ctx),
    read: (ctx: Context): boolean =>
      this.related.readers.includes(ctx.subject) || this.permits.triage(ctx) ||
      this.related.organisation.traverse((o) => o.related.readers.includes(ctx.subject)),
  }
}

class Issue implements Namespace {
  related: { repository: Repository[], author: User[] }
  permits = {
    edit: (ctx: Context): boolean =>
      this.related.author.includes(ctx.subject) || this.related.repository.traverse((r) => r.permits.triage(ctx)),
  }
}
`;
