import { quote } from '../opl/quote.ts';

/**
 * Says what is wrong with the arguments, or undefined when they are fine.
 * `path` is the command as it is called, for example `stheno migrate up`.
 */
export type ArgumentRule = (args: readonly string[], path: string) => string | undefined;

/** No arguments; the first one is taken for a misspelt command. */
export const noArguments: ArgumentRule = (args, path) =>
  args.length === 0 ? undefined : `unknown command ${quote(args[0] ?? '')} for "${path}"`;

/** Exactly so many arguments. */
export function exactArguments(count: number): ArgumentRule {
  return (args) => (args.length === count ? undefined : `accepts ${count} arg(s), received ${args.length}`);
}

/** From `least` to `most` arguments. */
export function argumentsBetween(least: number, most: number): ArgumentRule {
  return ({ length }) =>
    length >= least && length <= most ? undefined : `accepts between ${least} and ${most} arg(s), received ${length}`;
}
