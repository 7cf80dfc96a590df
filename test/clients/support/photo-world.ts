import { ReplayServer } from '../../support/replay/replay-server.ts';

/** Has direct relations, nested groups, a traverse and a negation: every kind of question has an answer. */
export const PHOTO_MODEL = `import { Namespace, Context, SubjectSet } from "@ory/keto-namespace-types"

class User implements Namespace {}

class Group implements Namespace {
  related: { members: (User | Group)[] }
}

class Album implements Namespace {
  related: { viewers: (User | SubjectSet<Group, "members">)[] }
  permits = {
    view: (ctx: Context): boolean => this.related.viewers.includes(ctx.subject),
  }
}

class Photo implements Namespace {
  related: {
    owners: User[]
    albums: Album[]
    banned: User[]
  }
  permits = {
    view: (ctx: Context): boolean =>
      (this.related.owners.includes(ctx.subject) || this.related.albums.traverse((album) => album.permits.view(ctx))) &&
      !this.related.banned.includes(ctx.subject),
  }
}
`;

const set = (namespace: string, object: string, relation: string) => ({ namespace, object, relation });

export const PHOTO_TUPLES = [
  { ...set('Album', 'alps', 'viewers'), subject_set: set('Group', 'family', 'members') },
  { ...set('Group', 'family', 'members'), subject_id: 'maria' },
  { ...set('Photo', 'beach', 'albums'), subject_set: set('Album', 'alps', '') },
  { ...set('Photo', 'beach', 'banned'), subject_id: 'uli' },
  { ...set('Photo', 'beach', 'owners'), subject_id: 'olga' },
  { ...set('Photo', 'beach', 'owners'), subject_id: 'uli' },
] as const;

/** A server with photos in albums that groups may see. Nothing is left of it when it is disposed. */
export async function startPhotoWorld(): Promise<ReplayServer> {
  const server = await ReplayServer.start({ files: { 'photos.ts': PHOTO_MODEL } });
  await resetPhotoWorld(server);
  return server;
}

/** Makes what is stored exactly the tuples above again. */
export async function resetPhotoWorld(server: ReplayServer): Promise<void> {
  const url = `http://127.0.0.1:${server.port('write')}/admin/relation-tuples`;
  for (const namespace of ['User', 'Group', 'Album', 'Photo']) {
    await succeed(fetch(`${url}?namespace=${namespace}`, { method: 'DELETE' }));
  }
  const deltas = PHOTO_TUPLES.map((relation_tuple) => ({ action: 'insert', relation_tuple }));
  await succeed(fetch(url, { method: 'PATCH', body: JSON.stringify(deltas) }));
}

async function succeed(answer: Promise<Response>): Promise<void> {
  const response = await answer;
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${await response.text()}`);
}
