import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Metafile } from 'esbuild';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
/** What the program loads only when it needs it, in files of their own. */
const CHUNKS = 'program';
/** What runs in threads of its own, found at the same place as in the sources. */
const THREADS = ['src/registry/graph-loading-thread.ts'];
/** CommonJS packages reach for `require` and `__dirname`, which modules do not have. */
const COMMONJS_SCOPE = [
  "import { createRequire as $createRequire } from 'node:module';",
  "import { dirname as $dirname } from 'node:path';",
  "import { fileURLToPath as $fileURLToPath } from 'node:url';",
  'const require = $createRequire(import.meta.url), __dirname = $dirname($fileURLToPath(import.meta.url));',
].join('');

/**
 * Writes the program with the packages it uses into a few files, `main.js` and `program/*.js`: opening hundreds of
 * small ones is most of a start (docs/adr/0006-bundled-program.md).
 */
export async function bundleProgram(outDir: string): Promise<void> {
  const chunks = path.join(outDir, CHUNKS);
  rmSync(chunks, { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['src/main.ts', ...THREADS],
    outbase: 'src',
    outdir: outDir,
    bundle: true,
    splitting: true,
    chunkNames: `${CHUNKS}/[name]-[hash]`,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    // Native code stays a file of its own, and pg asks for pg-native, which nobody has to have.
    external: ['better-sqlite3', 'pg-native'],
    banner: { js: COMMONJS_SCOPE },
    sourcemap: true,
    sourcesContent: false,
    metafile: true,
    logLevel: 'warning',
  });
  writeFileSync(path.join(chunks, 'LICENSES.txt'), packagesIn(metafile).map(licenseOf).join('\n'));
}

/** The folders of the packages that became part of the program. */
function packagesIn({ inputs }: Metafile): string[] {
  const folders = Object.keys(inputs).map((file) => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(file)?.[0]);
  return [...new Set(folders.filter((folder) => folder !== undefined))].sort();
}

/** The terms under which a package may be passed on, which have to go with it. */
function licenseOf(folder: string): string {
  const place = path.join(ROOT, folder);
  const { name, version, license } = JSON.parse(readFileSync(path.join(place, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    license: string;
  };
  const file = readdirSync(place).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file === undefined ? '' : `\n${readFileSync(path.join(place, file), 'utf8').trim()}\n`;
  return `${name} ${version} (${license})\n${text}`;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await bundleProgram(path.join(ROOT, 'dist'));
}
