import { FilesWatcher } from '../../config/files-watcher.ts';

/** What a run has printed, and the files that it depended on. */
export interface Run {
  readonly text: string;
  readonly sources: readonly string[];
}

/** Nothing else keeps the process running while nothing changes. */
const KEEP_ALIVE_MS = 60_000;

/** Runs, and runs again whenever one of the files was changed, until it is told to stop. */
export async function watchTests(
  run: () => Promise<Run>,
  print: (text: string) => void,
  stop: AbortSignal,
): Promise<void> {
  const keepAlive = setInterval(() => {}, KEEP_ALIVE_MS);
  try {
    let last = await run();
    print(last.text);
    while (!stop.aborted) last = await watchSources(last, run, print, stop);
  } finally {
    clearInterval(keepAlive);
  }
}

/** Ends with the first run that depends on other files. */
async function watchSources(
  first: Run,
  run: () => Promise<Run>,
  print: (text: string) => void,
  stop: AbortSignal,
): Promise<Run> {
  let last = first;
  for await (const { isFirst } of changesOf(first.sources, stop)) {
    const next = await run();
    // The first look comes in any case, for what was changed before it.
    if (!isFirst || next.text !== last.text) print(next.text);
    last = next;
    if (next.sources.join('\0') !== first.sources.join('\0')) break;
  }
  return last;
}

async function* changesOf(files: readonly string[], stop: AbortSignal): AsyncGenerator<{ readonly isFirst: boolean }> {
  const looks: { readonly isFirst: boolean }[] = [];
  let wake = (): void => {};
  const onStop = (): void => wake();
  await using _watcher = new FilesWatcher({
    files,
    onSettled: (look) => {
      looks.push(look);
      wake();
    },
  });
  stop.addEventListener('abort', onStop);
  try {
    while (!stop.aborted) {
      const look = looks.shift();
      if (look === undefined) await new Promise<void>((resolve) => (wake = resolve));
      else yield look;
    }
  } finally {
    stop.removeEventListener('abort', onStop);
  }
}
