import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

export interface Bundle {
  /** Minified. */
  readonly code: string;
  /** Every file that something is left of. */
  readonly inputs: readonly string[];
}

interface Bundler {
  build(options: object): Promise<{
    readonly outputFiles: readonly { readonly text: string }[];
    readonly metafile: { readonly outputs: Readonly<Record<string, { inputs: Readonly<Record<string, unknown>> }>> };
  }>;
}

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The bundler that tsx brings along. */
const esbuild = createRequire(import.meta.resolve('tsx'))('esbuild') as Bundler;

/** Bundles a module for browsers. @throws when anything of it needs Node.js */
export async function bundleForBrowser(source: string): Promise<Bundle> {
  const { outputFiles, metafile } = await esbuild.build({
    stdin: { contents: source, resolveDir: ROOT, loader: 'ts' },
    absWorkingDir: ROOT,
    bundle: true,
    platform: 'browser',
    format: 'esm',
    minify: true,
    write: false,
    metafile: true,
    outfile: 'bundle.js',
    logLevel: 'silent',
  });
  const [output] = Object.values(metafile.outputs);
  const inputs = Object.keys(output?.inputs ?? {}).filter((name) => name !== '<stdin>');
  return { code: outputFiles[0]?.text ?? '', inputs };
}
