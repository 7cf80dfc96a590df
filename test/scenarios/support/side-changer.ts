import { openPersister } from '../../../src/persistence/sql/open-persister.ts';
import { changeSides } from './change-sides.ts';

/** A program: `DSN NEAR FAR ROUNDS PERSON…` moves each person between the groups NEAR and FAR, all at once. */
const [, , dsn = '', near = '', far = '', rounds = '0', ...people] = process.argv;
await using persister = await openPersister({ dsn });
await Promise.all(
  people.map((person) => changeSides(persister, { person, groups: [near, far], rounds: Number(rounds) })),
);
