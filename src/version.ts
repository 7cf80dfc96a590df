import { readFileSync } from 'node:fs';
import { packageRoot } from './package-root.ts';

/** What is running. A release stamps commit and time into the `build` object of package.json. */
export interface BuildInfo {
  /** With a leading `v`, for example `v1.2.3`. */
  readonly version: string;
  readonly commit: string;
  readonly builtAt: string;
}

/** Read from package.json. */
export function buildInfo(): BuildInfo {
  const manifest = JSON.parse(readFileSync(new URL('package.json', packageRoot()), 'utf8')) as {
    version: string;
    build?: { commit?: string; time?: string };
  };
  return {
    version: `v${manifest.version}`,
    commit: manifest.build?.commit ?? 'undefined',
    builtAt: manifest.build?.time ?? 'undefined',
  };
}
