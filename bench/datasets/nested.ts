import { type Dataset, type DatasetSize, halfAllowed, type SetName, type StoredTuple } from './dataset.ts';
import { Dice } from './dice.ts';

/** Groups between a page and the user who is asked about. */
const DEPTHS = [2, 5, 10, 20];
const USERS_OF_A_GROUP = 10;
/** Chains of each depth for a million tuples in the large datasets. */
const CHAINS_PER_TUPLE = 1 / 1000;

interface Chain {
  readonly name: string;
  readonly depth: number;
  /** Its users are numbered from here, those of the first group first. */
  readonly firstUser: number;
}

/** Pages shared with a group that holds a group, and so on; ten users are members of each. */
export function nested({ tuples, questions }: DatasetSize): Dataset {
  const dice = new Dice(2);
  const chainsOfADepth = Math.max(10, Math.round(tuples * CHAINS_PER_TUPLE));
  const chains: Chain[] = [];
  let users = 0;
  for (const depth of DEPTHS) {
    for (let number = 0; number < chainsOfADepth; number++) {
      chains.push({ name: `nested-${depth}-${number}`, depth, firstUser: users });
      users += depth * USERS_OF_A_GROUP;
    }
  }

  const classes = DEPTHS.map((depth) => {
    const ofDepth = chains.filter((chain) => chain.depth === depth);
    const checks = halfAllowed(questions, (isAllowed) => {
      const chain = ofDepth[dice.below(ofDepth.length)];
      if (chain === undefined) throw new Error(`there is no chain of ${depth} groups`);
      const endOfChain = chain.firstUser + depth * USERS_OF_A_GROUP;
      const user = isAllowed ? endOfChain - 1 - dice.below(USERS_OF_A_GROUP) : dice.below(users);
      const isMember = user >= chain.firstUser && user < endOfChain;
      return { set: viewersOf(chain.name), user: `user-${user}`, isAllowed: isMember };
    });
    return { name: `nested-${depth}`, title: `nested, ${depth} deep`, batchSize: 1, checks };
  });
  return {
    name: 'nested',
    classes,
    *tuples(): Iterable<StoredTuple> {
      for (const chain of chains) yield* tuplesOf(chain);
    },
    newTuple: (index) => ({
      set: membersOf(chains[index % chains.length]?.name ?? '', 0),
      subject: `newcomer-${index}`,
    }),
  };
}

function* tuplesOf({ name, depth, firstUser }: Chain): Iterable<StoredTuple> {
  yield { set: viewersOf(name), subject: membersOf(name, 0) };
  for (let level = 0; level < depth; level++) {
    if (level > 0) yield { set: membersOf(name, level - 1), subject: membersOf(name, level) };
    for (let place = 0; place < USERS_OF_A_GROUP; place++) {
      yield { set: membersOf(name, level), subject: `user-${firstUser + level * USERS_OF_A_GROUP + place}` };
    }
  }
}

function viewersOf(chain: string): SetName {
  return ['Page', chain, 'viewers'];
}

function membersOf(chain: string, level: number): SetName {
  return ['Group', `${chain}-${level}`, 'members'];
}
