import { Model } from '../../src/namespace/model.ts';
import { parseOpl } from '../../src/opl/parse.ts';

/** Documents in folders, shared with users and nested groups; `read` takes away who is banned. */
export const DRIVE_MODEL: Model = new Model(
  'opl',
  parseOpl(`
    class User implements Namespace {}
    class Group implements Namespace { related: { members: (User | SubjectSet<Group, "members">)[] } }
    class Folder implements Namespace {
      related: { parents: Folder[]; viewers: (User | SubjectSet<Group, "members">)[] }
      permits = {
        view: (ctx) => this.related.viewers.includes(ctx.subject) || this.related.parents.traverse((p) => p.permits.view(ctx)),
      }
    }
    class Doc implements Namespace {
      related: { parents: Folder[]; viewers: (User | SubjectSet<Group, "members">)[]; banned: User[] }
      permits = {
        view: (ctx) => this.related.viewers.includes(ctx.subject) || this.related.parents.traverse((p) => p.permits.view(ctx)),
        read: (ctx) => this.permits.view(ctx) && !this.related.banned.includes(ctx.subject),
      }
    }`).namespaces,
);
