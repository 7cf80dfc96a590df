import type { AskedCheck, Dataset, DatasetSize, SetName, StoredTuple } from './dataset.ts';
import { Dice } from './dice.ts';

/** Of a million tuples: 400,000 documents in 50,000 folders, 5,000 groups, 50,000 users. */
const SHARES = { documents: 0.4, folders: 0.05, groups: 0.005, users: 0.05 };
const FOLDERS_OF_A_FOLDER = 8;
const GROUPS_OF_A_GROUP = 5;
/** Folders near the root, above most of the others: large groups would make everything visible to everybody. */
const TOP_FOLDERS = 64;
const MEMBERSHIPS = 0.6;
const OWNERSHIPS = 0.5;

type GrantKind = 'viewers' | 'owners';

/** Documents in a tree of folders that are shared with a tree of groups, as an office suite has them. */
export function drive(size: DatasetSize): Dataset {
  const world = new Drive(size.tuples);
  return {
    name: 'drive',
    classes: [{ name: 'drive', title: 'drive: view a document', batchSize: 1, checks: world.ask(size.questions) }],
    tuples: () => world.tuples(),
    newTuple: (index) => ({
      set: documentSet(index % world.documents, 'viewers'),
      subject: `newcomer-${index}`,
    }),
  };
}

class Drive {
  readonly documents: number;
  readonly #folders: number;
  readonly #groups: number;
  readonly #users: number;
  readonly #folderOf: Uint32Array;
  readonly #groupOf: Uint32Array;
  readonly #membersOf: number[][];
  readonly #groupsOf: number[][];
  readonly #grants: { readonly document: number; readonly user: number; readonly kind: GrantKind }[] = [];
  /** `document * users + user` of every grant, whatever its kind. */
  readonly #granted = new Set<number>();
  readonly #dice = new Dice(4);

  constructor(tuples: number) {
    const dice = this.#dice;
    this.documents = Math.round(tuples * SHARES.documents);
    this.#folders = Math.round(tuples * SHARES.folders);
    const groups = Math.round(tuples * SHARES.groups);
    this.#groups = groups;
    this.#users = Math.round(tuples * SHARES.users);
    this.#folderOf = Uint32Array.from({ length: this.documents }, () => dice.below(this.#folders));
    const topGroups = Math.floor(groups / GROUPS_OF_A_GROUP);
    this.#groupOf = Uint32Array.from({ length: this.#folders }, (_, folder) =>
      folder < TOP_FOLDERS ? topGroups + dice.below(groups - topGroups) : dice.below(groups),
    );
    this.#membersOf = Array.from({ length: groups }, () => []);
    this.#groupsOf = Array.from({ length: this.#users }, () => []);
    this.#fillUp(tuples - this.documents - (this.#folders * 2 - 1) - (groups - 1));
  }

  *tuples(): Iterable<StoredTuple> {
    for (const [document, folder] of this.#folderOf.entries()) {
      yield { set: documentSet(document, 'parents'), subject: folderSet(folder, '') };
    }
    for (const [folder, group] of this.#groupOf.entries()) {
      if (folder > 0) {
        yield { set: folderSet(folder, 'parents'), subject: folderSet(parentFolder(folder), '') };
      }
      yield { set: folderSet(folder, 'viewers'), subject: membersSet(group) };
    }
    for (let group = 1; group < this.#groups; group++) {
      yield { set: membersSet(parentGroup(group)), subject: membersSet(group) };
    }
    for (const [group, members] of this.#membersOf.entries()) {
      for (const user of members) yield { set: membersSet(group), subject: `user-${user}` };
    }
    for (const { document, user, kind } of this.#grants) {
      yield { set: documentSet(document, kind), subject: `user-${user}` };
    }
  }

  /** Of five questions two are allowed through folders and groups, one directly, and two not at all. */
  ask(count: number): AskedCheck[] {
    return Array.from({ length: count }, (_, index) => {
      const kind = index % 5;
      if (kind < 2) return this.#inherited();
      return kind === 2 ? this.#ownOrShared() : this.#denied();
    });
  }

  /** The rest of the tuples: members of groups, and documents of single users. */
  #fillUp(count: number): void {
    const dice = this.#dice;
    const memberships = new Set<number>();
    while (memberships.size + this.#granted.size < count) {
      const user = dice.below(this.#users);
      if (dice.chance(MEMBERSHIPS)) {
        const group = dice.below(this.#groups);
        if (memberships.has(group * this.#users + user)) continue;
        memberships.add(group * this.#users + user);
        this.#membersOf[group]?.push(user);
        this.#groupsOf[user]?.push(group);
      } else {
        const document = dice.below(this.documents);
        if (this.#granted.has(document * this.#users + user)) continue;
        this.#granted.add(document * this.#users + user);
        this.#grants.push({ document, user, kind: dice.chance(OWNERSHIPS) ? 'owners' : 'viewers' });
      }
    }
  }

  /** The oracle: up from the document, is any folder shared with a group that the user is below? */
  #isAllowed(document: number, user: number): boolean {
    if (this.#granted.has(document * this.#users + user)) return true;
    const groups = this.#groupsAbove(user);
    for (let folder = this.#folderOf[document] ?? 0; ; folder = parentFolder(folder)) {
      if (groups.has(this.#groupOf[folder] ?? 0)) return true;
      if (folder === 0) return false;
    }
  }

  #groupsAbove(user: number): Set<number> {
    const above = new Set<number>();
    for (let group of this.#groupsOf[user] ?? []) {
      above.add(group);
      while (group > 0) {
        group = parentGroup(group);
        above.add(group);
      }
    }
    return above;
  }

  /** A member of a group somewhere below one that a folder above the document is shared with. */
  #inherited(): AskedCheck {
    for (;;) {
      const document = this.#dice.below(this.documents);
      let folder = this.#folderOf[document] ?? 0;
      while (folder > 0 && this.#dice.chance(0.6)) folder = parentFolder(folder);
      const user = this.#someoneBelow(this.#groupOf[folder] ?? 0);
      if (user !== undefined && !this.#granted.has(document * this.#users + user)) return this.#check(document, user);
    }
  }

  #someoneBelow(top: number): number | undefined {
    let group = top;
    const firstChild = () => group * GROUPS_OF_A_GROUP;
    // The children of group 0 are 1 to 4: it is its own first child.
    while (group > 0 && firstChild() + GROUPS_OF_A_GROUP <= this.#groups && this.#dice.chance(0.5)) {
      group = firstChild() + this.#dice.below(GROUPS_OF_A_GROUP);
    }
    const members = this.#membersOf[group] ?? [];
    return members[this.#dice.below(members.length)];
  }

  #ownOrShared(): AskedCheck {
    const grant = this.#grants[this.#dice.below(this.#grants.length)];
    if (grant === undefined) throw new Error('nobody was granted anything');
    return this.#check(grant.document, grant.user);
  }

  #denied(): AskedCheck {
    for (;;) {
      const check = this.#check(this.#dice.below(this.documents), this.#dice.below(this.#users));
      if (!check.isAllowed) return check;
    }
  }

  #check(document: number, user: number): AskedCheck {
    const isAllowed = this.#isAllowed(document, user);
    return { set: documentSet(document, 'view'), user: `user-${user}`, isAllowed };
  }
}

function parentFolder(folder: number): number {
  return Math.floor(folder / FOLDERS_OF_A_FOLDER);
}

function parentGroup(group: number): number {
  return Math.floor(group / GROUPS_OF_A_GROUP);
}

function documentSet(document: number, relation: string): SetName {
  return ['Document', `drive-${document}`, relation];
}

function folderSet(folder: number, relation: string): SetName {
  return ['Folder', `drive-${folder}`, relation];
}

function membersSet(group: number): SetName {
  return ['Group', `drive-${group}`, 'members'];
}
