import type { Flag, FlagValues } from './flags.ts';

/** The flags of commands that list in pages. */
export const pageFlags: readonly Flag[] = [
  { kind: 'integer', name: 'page-size', default: 100, about: 'how many a page may have (default 100, at most 1000)' },
  { kind: 'text', name: 'page-token', about: 'the token that the page before ended with' },
  { kind: 'switch', name: 'all', about: 'all pages, one after the other' },
];

interface Page {
  readonly nextPageToken: string;
}

/** The page that the flags ask for, or all of them from there on. */
export async function askForPages<P extends Page>(
  flags: FlagValues,
  ask: (page: { readonly pageSize: number; readonly pageToken: string }) => Promise<P>,
): Promise<[first: P, ...others: P[]]> {
  const pageSize = flags.integer('page-size');
  const pages: [P, ...P[]] = [await ask({ pageSize, pageToken: flags.text('page-token') })];
  for (let pageToken = pages[0].nextPageToken; flags.isOn('all') && pageToken !== ''; ) {
    const page = await ask({ pageSize, pageToken });
    pages.push(page);
    pageToken = page.nextPageToken;
  }
  return pages;
}
