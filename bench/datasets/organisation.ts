import type { AskedCheck, Dataset, DatasetSize, SetName, StoredTuple } from './dataset.ts';
import { Dice } from './dice.ts';

/** For a million tuples in the large datasets: 100 organisations, 450,000 tuples. */
const ORGANISATIONS_PER_TUPLE = 1 / 10_000;
const PEOPLE = 500;
const REPOSITORIES = 200;
const ISSUES = 5;
/** Teams stand three deep: 5 at the top, 15 below them, 30 below those. */
const TEAMS = { top: 5, middle: 15, all: 50 };
const MEMBERS_OF_A_TEAM = 20;
const OWNERS = 2;
/** Each role has the rights of those before it. */
const ROLES = ['readers', 'triagers', 'writers', 'maintainers', 'admins'];
const TEAM_GRANTS = 3;
const BATCH_SIZE = 100;

/** A role on a repository, of a team or of a person. */
interface Grant {
  readonly role: number;
  readonly team: number | undefined;
  readonly person: number | undefined;
}

/** Organisations with nested teams, repositories with five roles, and their issues. People and teams are numbered across organisations. */
export function organisation(size: DatasetSize): Dataset {
  const world = new Organisations(Math.max(2, Math.round(size.tuples * ORGANISATIONS_PER_TUPLE)));
  const batches = Math.ceil(size.questions / BATCH_SIZE);
  const issues = world.askAboutIssues(batches * BATCH_SIZE);
  return {
    name: 'organisation',
    classes: [
      { name: 'edit', title: 'organisation: edit an issue', batchSize: 1, checks: issues },
      {
        name: 'batch-one-user',
        title: `batch of ${BATCH_SIZE}: one user, many repositories`,
        batchSize: BATCH_SIZE,
        checks: Array.from({ length: batches }, () => world.askAboutRepositories(BATCH_SIZE)).flat(),
      },
      {
        name: 'batch-random',
        title: `batch of ${BATCH_SIZE}: random questions`,
        batchSize: BATCH_SIZE,
        checks: issues,
      },
    ],
    tuples: () => world.tuples(),
    newTuple: (index) => ({ set: membersOf(index % (world.count * TEAMS.all)), subject: `newcomer-${index}` }),
  };
}

class Organisations {
  readonly count: number;
  readonly #membersOf: ReadonlySet<number>[];
  readonly #grantsOf: readonly Grant[][];
  readonly #authorOf: Uint32Array;
  readonly #dice = new Dice(6);

  constructor(count: number) {
    const dice = this.#dice;
    this.count = count;
    this.#membersOf = Array.from({ length: count * TEAMS.all }, (_, team) => {
      const members = new Set<number>();
      while (members.size < MEMBERS_OF_A_TEAM) members.add(this.#someoneIn(Math.floor(team / TEAMS.all)));
      return members;
    });
    this.#grantsOf = Array.from({ length: count * REPOSITORIES }, (_, repository) => {
      const home = Math.floor(repository / REPOSITORIES);
      const teams = Array.from({ length: TEAM_GRANTS }, () => home * TEAMS.all + dice.below(TEAMS.all));
      const role = () => dice.below(ROLES.length);
      return [
        // A team has one role: a second one would repeat a tuple where both throws agree.
        ...[...new Set(teams)].map((team) => ({ role: role(), team, person: undefined })),
        { role: role(), team: undefined, person: this.#someoneIn(home) },
      ];
    });
    this.#authorOf = Uint32Array.from({ length: count * REPOSITORIES * ISSUES }, (_, issue) =>
      this.#someoneIn(Math.floor(issue / (REPOSITORIES * ISSUES))),
    );
  }

  *tuples(): Iterable<StoredTuple> {
    for (let number = 0; number < this.count; number++) {
      for (let place = 0; place < PEOPLE; place++) {
        const user = `user-${number * PEOPLE + place}`;
        yield { set: organisationSet(number, 'members'), subject: user };
        if (place < OWNERS) yield { set: organisationSet(number, 'owners'), subject: user };
      }
      if (isOpen(number)) {
        yield { set: organisationSet(number, 'readers'), subject: organisationSet(number, 'members') };
      }
    }
    for (const [team, members] of this.#membersOf.entries()) {
      const parent = parentTeam(team);
      if (parent !== undefined) yield { set: membersOf(parent), subject: membersOf(team) };
      for (const user of members) yield { set: membersOf(team), subject: `user-${user}` };
    }
    for (const [number, grants] of this.#grantsOf.entries()) yield* this.#repositoryTuples(number, grants);
  }

  *#repositoryTuples(number: number, grants: readonly Grant[]): Iterable<StoredTuple> {
    const home = organisationSet(Math.floor(number / REPOSITORIES), '');
    yield { set: repository(number, 'organisation'), subject: home };
    for (const { role, team, person } of grants) {
      yield {
        set: repository(number, ROLES[role] ?? ''),
        subject: team === undefined ? `user-${person}` : membersOf(team),
      };
    }
    for (let issue = number * ISSUES; issue < (number + 1) * ISSUES; issue++) {
      yield { set: issueSet(issue, 'repository'), subject: repository(number, '') };
      yield { set: issueSet(issue, 'author'), subject: `user-${this.#authorOf[issue]}` };
    }
  }

  /** May somebody of the organisation edit an issue? Its author and those with the triage role may. */
  askAboutIssues(count: number): AskedCheck[] {
    return Array.from({ length: count }, () => {
      const issue = this.#dice.below(this.#authorOf.length);
      const home = Math.floor(issue / (REPOSITORIES * ISSUES));
      const user = this.#someoneIn(home);
      const isAllowed = this.#authorOf[issue] === user || this.#has(user, 'triagers', Math.floor(issue / ISSUES));
      return { set: issueSet(issue, 'edit'), user: `user-${user}`, isAllowed };
    });
  }

  /** May one person write to each of as many repositories of the organisation? */
  askAboutRepositories(count: number): AskedCheck[] {
    const home = this.#dice.below(this.count);
    const user = this.#someoneIn(home);
    const chosen = new Set<number>();
    while (chosen.size < count) chosen.add(home * REPOSITORIES + this.#dice.below(REPOSITORIES));
    return [...chosen].map((number) => {
      const isAllowed = this.#has(user, 'writers', number);
      return { set: repository(number, 'write'), user: `user-${user}`, isAllowed };
    });
  }

  /** The oracle: has the user this role, or one above it, by a grant, by a team at or below the granted one, or as an owner? */
  #has(user: number, role: string, number: number): boolean {
    if (user % PEOPLE < OWNERS) return true;
    const least = ROLES.indexOf(role);
    return (this.#grantsOf[number] ?? []).some(
      (grant) =>
        grant.role >= least && (grant.team === undefined ? grant.person === user : this.#isBelow(user, grant.team)),
    );
  }

  #isBelow(user: number, team: number): boolean {
    const first = Math.floor(team / TEAMS.all) * TEAMS.all;
    for (let candidate = first; candidate < first + TEAMS.all; candidate++) {
      if (!this.#membersOf[candidate]?.has(user)) continue;
      for (let above: number | undefined = candidate; above !== undefined; above = parentTeam(above)) {
        if (above === team) return true;
      }
    }
    return false;
  }

  #someoneIn(home: number): number {
    return home * PEOPLE + this.#dice.below(PEOPLE);
  }
}

/** Everybody in every fifth organisation reads all of its repositories. */
function isOpen(number: number): boolean {
  return number % 5 === 0;
}

function parentTeam(team: number): number | undefined {
  const place = team % TEAMS.all;
  const first = team - place;
  if (place < TEAMS.top) return undefined;
  const secondLevel = TEAMS.top + TEAMS.middle;
  return first + (place < secondLevel ? place % TEAMS.top : TEAMS.top + ((place - secondLevel) % TEAMS.middle));
}

function membersOf(team: number): SetName {
  return ['Team', `team-${team}`, 'members'];
}

function organisationSet(number: number, relation: string): SetName {
  return ['Organisation', `organisation-${number}`, relation];
}

function repository(number: number, relation: string): SetName {
  return ['Repository', `repository-${number}`, relation];
}

function issueSet(number: number, relation: string): SetName {
  return ['Issue', `issue-${number}`, relation];
}
