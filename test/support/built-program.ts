import { copyFileSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundleProgram } from '../../scripts/bundle-program.ts';

/** The program as it is installed, built from the sources: a child process of it starts much faster than one of the sources. */
export interface BuiltProgram extends Disposable {
  /** For `node`. */
  readonly mainFile: string;
  /** The program of the thread that fills a graph. */
  readonly loadingThread: URL;
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Builds the program into a folder of its own. */
export async function buildProgram(): Promise<BuiltProgram> {
  const folder = mkdtempSync(join(tmpdir(), 'stheno-program-'));
  for (const name of ['migrations', 'node_modules']) symlinkSync(join(ROOT, name), join(folder, name));
  copyFileSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  const outDir = join(folder, 'dist');
  await bundleProgram(outDir);
  return {
    mainFile: join(outDir, 'main.js'),
    loadingThread: pathToFileURL(join(outDir, 'registry', 'graph-loading-thread.js')),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
