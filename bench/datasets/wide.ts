import { type Dataset, type DatasetSize, halfAllowed, type SetName, type StoredTuple } from './dataset.ts';
import { Dice } from './dice.ts';

const USERS = 200_000;
/** Shares of the size: groups of 10,000 and of 100,000 where the large datasets have a million tuples. */
const CROWDS = [0.01, 0.1];
const PAGES_OF_A_CROWD = 50;
const MAX_TEAMS = 1000;
const MIN_TEAMS = 20;
const TUPLES_PER_TEAM = 100;
const USERS_OF_A_TEAM = 10;
/** Who is asked about is in one of the groups that were stored last. */
const LAST_TEAMS = 10;

interface Crowd {
  readonly name: string;
  readonly size: number;
  /** In the order in which they were added, and whether a user is one of them. */
  readonly members: Uint32Array;
  readonly isMember: Uint8Array;
}

/** Large groups that a page is shared with, and a page that is shared with a thousand groups. */
export function wide({ tuples, questions }: DatasetSize): Dataset {
  const dice = new Dice(3);
  const crowds = CROWDS.map((share) => crowdOf(dice, Math.round(tuples * share)));
  const teamCount = Math.min(MAX_TEAMS, Math.max(MIN_TEAMS, Math.round(tuples / TUPLES_PER_TEAM)));
  const teams = Uint32Array.from({ length: teamCount * USERS_OF_A_TEAM }, () => dice.below(USERS));
  const isInATeam = new Uint8Array(USERS);
  for (const user of teams) isInATeam[user] = 1;

  const crowdClasses = crowds.map(({ name, size, members, isMember }, place) => {
    const checks = halfAllowed(questions, (isAllowed) => {
      const user = isAllowed ? (members[dice.below(size)] ?? 0) : dice.below(USERS);
      const page = dice.below(PAGES_OF_A_CROWD);
      return { set: viewersOf(`${name}-${page}`), user: `user-${user}`, isAllowed: isMember[user] === 1 };
    });
    const classNames = ['small-crowd', 'large-crowd'];
    return { name: classNames[place] ?? '', title: `member of ${size.toLocaleString('en')}`, batchSize: 1, checks };
  });
  const shared = halfAllowed(questions, (isAllowed) => {
    const lately = teams.length - 1 - dice.below(LAST_TEAMS * USERS_OF_A_TEAM);
    const user = isAllowed ? (teams[lately] ?? 0) : dice.below(USERS);
    return { set: viewersOf('shared'), user: `user-${user}`, isAllowed: isInATeam[user] === 1 };
  });
  const sharedTitle = `shared with ${teamCount.toLocaleString('en')} groups`;
  return {
    name: 'wide',
    classes: [...crowdClasses, { name: 'thousand-groups', title: sharedTitle, batchSize: 1, checks: shared }],
    *tuples(): Iterable<StoredTuple> {
      for (const crowd of crowds) yield* tuplesOf(crowd);
      for (let team = 0; team < teamCount; team++) {
        yield { set: viewersOf('shared'), subject: membersOf(`team-${team}`) };
        // The same user may have been thrown twice.
        for (const user of new Set(teams.subarray(team * USERS_OF_A_TEAM, (team + 1) * USERS_OF_A_TEAM))) {
          yield { set: membersOf(`team-${team}`), subject: `user-${user}` };
        }
      }
    },
    newTuple: (index) => ({ set: membersOf(`team-${index % teamCount}`), subject: `newcomer-${index}` }),
  };
}

function crowdOf(dice: Dice, size: number): Crowd {
  const members = new Uint32Array(size);
  const isMember = new Uint8Array(USERS);
  for (let count = 0; count < size; ) {
    const user = dice.below(USERS);
    if (isMember[user] === 1) continue;
    isMember[user] = 1;
    members[count++] = user;
  }
  return { name: `crowd-${size}`, size, members, isMember };
}

function* tuplesOf({ name, members }: Crowd): Iterable<StoredTuple> {
  for (let page = 0; page < PAGES_OF_A_CROWD; page++) {
    yield { set: viewersOf(`${name}-${page}`), subject: membersOf(name) };
  }
  for (const user of members) yield { set: membersOf(name), subject: `user-${user}` };
}

function viewersOf(page: string): SetName {
  return ['Page', `wide-${page}`, 'viewers'];
}

function membersOf(group: string): SetName {
  return ['Group', `wide-${group}`, 'members'];
}
