import type { Flag } from './flags.ts';

/** How far a question may be followed. */
export const maxDepthFlag: Flag = {
  kind: 'integer',
  name: 'max-depth',
  short: 'd',
  default: 0,
  about: 'how many hops may be followed (default 0: as many as the server allows)',
};
