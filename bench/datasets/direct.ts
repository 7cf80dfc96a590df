import {
  type AskedCheck,
  type Dataset,
  type DatasetSize,
  halfAllowed,
  type SetName,
  type StoredTuple,
} from './dataset.ts';
import { Dice } from './dice.ts';

const VIEWERS = 10;

/** Pages with ten viewers each: one tuple answers a check. */
export function direct({ tuples, questions }: DatasetSize): Dataset {
  const dice = new Dice(1);
  const pages = Math.ceil(tuples / VIEWERS);
  const users = pages;
  const viewers = Uint32Array.from({ length: pages * VIEWERS });
  for (let page = 0; page < pages; page++) viewers.set(distinctUsers(dice, users), page * VIEWERS);
  const viewersOf = (page: number) => viewers.subarray(page * VIEWERS, (page + 1) * VIEWERS);

  const ask = (page: number, user: number): AskedCheck => ({
    set: pageViewers(page),
    user: `user-${user}`,
    isAllowed: viewersOf(page).includes(user),
  });
  const checks = halfAllowed(questions, (isAllowed) => {
    const page = dice.below(pages);
    return ask(page, isAllowed ? (viewersOf(page)[dice.below(VIEWERS)] ?? 0) : dice.below(users));
  });
  return {
    name: 'direct',
    classes: [{ name: 'direct', title: 'direct', batchSize: 1, checks }],
    *tuples(): Iterable<StoredTuple> {
      for (const [place, user] of viewers.entries()) {
        yield { set: pageViewers(Math.floor(place / VIEWERS)), subject: `user-${user}` };
      }
    },
    newTuple: (index) => ({ set: pageViewers(index % pages), subject: `newcomer-${index}` }),
  };
}

function distinctUsers(dice: Dice, users: number): number[] {
  const chosen = new Set<number>();
  while (chosen.size < VIEWERS) chosen.add(dice.below(users));
  return [...chosen];
}

function pageViewers(page: number): SetName {
  return ['Page', `direct-${page}`, 'viewers'];
}
