import type { AskedCheck, Dataset, DatasetSize, SetName, StoredTuple } from './dataset.ts';
import { Dice } from './dice.ts';

/** Of a million tuples in the large datasets: accounts, followers, blocked users, contents, comments. */
const SHARES = { accounts: 0.02, followers: 0.06, blocked: 0.005, contents: 0.06, comments: 0.015 };

interface Content {
  readonly author: number;
  readonly isForFollowers: boolean;
  readonly guest: number | undefined;
}

interface Comment {
  readonly content: number;
  readonly author: number;
}

/** Followers see what an account shows, blocked users never do; a comment takes a right to its content and to its author. */
export function exclusion(size: DatasetSize): Dataset {
  const world = new Exclusion(size.tuples);
  return {
    name: 'exclusion',
    classes: [{ name: 'exclusion', title: 'exclusion: `&&` and `!`', batchSize: 1, checks: world.ask(size.questions) }],
    tuples: () => world.tuples(),
    newTuple: (index) => ({ set: account(index % world.accounts, 'followers'), subject: `newcomer-${index}` }),
  };
}

class Exclusion {
  readonly accounts: number;
  readonly #followersOf: Set<number>[];
  readonly #blockedBy: Set<number>[];
  readonly #contents: Content[];
  readonly #comments: Comment[];
  readonly #dice = new Dice(5);

  constructor(tuples: number) {
    const dice = this.#dice;
    const { accounts, followers, blocked, contents, comments } = SHARES;
    this.accounts = Math.round(tuples * accounts);
    this.#followersOf = Array.from({ length: this.accounts }, () => new Set());
    this.#blockedBy = Array.from({ length: this.accounts }, () => new Set());
    for (let count = 0; count < tuples * followers; count++) {
      this.#followersOf[this.#popular()]?.add(dice.below(this.accounts));
    }
    for (let count = 0; count < tuples * blocked; count++) {
      const by = this.#popular();
      // Mostly people who could see otherwise.
      const user = dice.chance(0.7) ? this.#followerOrAnyone(by) : dice.below(this.accounts);
      if (user !== by) this.#blockedBy[by]?.add(user);
    }
    this.#contents = Array.from({ length: Math.round(tuples * contents) }, () => ({
      author: this.#popular(),
      isForFollowers: dice.chance(0.5),
      guest: dice.chance(0.2) ? dice.below(this.accounts) : undefined,
    }));
    this.#comments = Array.from({ length: Math.round(tuples * comments) }, () => {
      const content = dice.below(this.#contents.length);
      return { content, author: this.#near(this.#contents[content]?.author ?? 0) };
    });
  }

  *tuples(): Iterable<StoredTuple> {
    for (let owner = 0; owner < this.accounts; owner++) {
      yield { set: account(owner, 'owner'), subject: `user-${owner}` };
      for (const user of this.#followersOf[owner] ?? []) {
        yield { set: account(owner, 'followers'), subject: `user-${user}` };
      }
      for (const user of this.#blockedBy[owner] ?? []) {
        yield { set: account(owner, 'blocked'), subject: `user-${user}` };
      }
    }
    for (const [number, { author, isForFollowers, guest }] of this.#contents.entries()) {
      yield { set: content(number, 'author'), subject: account(author, '') };
      if (isForFollowers) yield { set: content(number, 'audience'), subject: account(author, 'followers') };
      if (guest !== undefined) yield { set: content(number, 'audience'), subject: `user-${guest}` };
    }
    for (const [number, { content: about, author }] of this.#comments.entries()) {
      yield { set: comment(number, 'content'), subject: content(about, '') };
      yield { set: comment(number, 'author'), subject: account(author, '') };
    }
  }

  /** Six questions in ten about contents, three about profiles, one about a comment. */
  ask(count: number): AskedCheck[] {
    return Array.from({ length: count }, (_, index) => {
      if (index % 10 < 6) return this.#askContent();
      return index % 10 < 9 ? this.#askProfile() : this.#askComment();
    });
  }

  #askContent(): AskedCheck {
    const number = this.#dice.below(this.#contents.length);
    const user = this.#near(this.#contents[number]?.author ?? 0);
    return { set: content(number, 'view'), user: `user-${user}`, isAllowed: this.#seesContent(number, user) };
  }

  #askProfile(): AskedCheck {
    const owner = this.#popular();
    const user = this.#near(owner);
    return { set: account(owner, 'profile'), user: `user-${user}`, isAllowed: this.#seesProfile(owner, user) };
  }

  #askComment(): AskedCheck {
    const number = this.#dice.below(this.#comments.length);
    const { content: about, author } = this.#comments[number] ?? { content: 0, author: 0 };
    const user = this.#dice.chance(0.3) ? author : this.#near(this.#contents[about]?.author ?? 0);
    const isAllowed = this.#seesContent(about, user) && this.#seesProfile(author, user);
    return { set: comment(number, 'view'), user: `user-${user}`, isAllowed };
  }

  #seesContent(number: number, user: number): boolean {
    const it = this.#contents[number];
    if (it === undefined || this.#blockedBy[it.author]?.has(user)) return false;
    const isFollower = it.isForFollowers && this.#followersOf[it.author]?.has(user) === true;
    return it.author === user || it.guest === user || isFollower;
  }

  #seesProfile(owner: number, user: number): boolean {
    if (this.#blockedBy[owner]?.has(user)) return false;
    return owner === user || this.#followersOf[owner]?.has(user) === true;
  }

  #popular(): number {
    return this.#dice.mostlyLowBelow(this.accounts);
  }

  #near(owner: number): number {
    return this.#dice.chance(0.75) ? this.#followerOrAnyone(owner) : this.#dice.below(this.accounts);
  }

  #followerOrAnyone(owner: number): number {
    const followers = this.#followersOf[owner] ?? new Set();
    let place = this.#dice.below(followers.size);
    for (const user of followers) {
      if (place-- === 0) return user;
    }
    return this.#dice.below(this.accounts);
  }
}

function account(number: number, relation: string): SetName {
  return ['Account', `account-${number}`, relation];
}

function content(number: number, relation: string): SetName {
  return ['Content', `content-${number}`, relation];
}

function comment(number: number, relation: string): SetName {
  return ['Comment', `comment-${number}`, relation];
}
