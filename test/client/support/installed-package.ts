import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const COMPILER = join(ROOT, 'node_modules/typescript/bin/tsc');

const execute = promisify(execFile);

/** A project that has this package as a dependency, built as it is published. */
export class InstalledPackage implements Disposable {
  readonly dir: string;

  static async build(): Promise<InstalledPackage> {
    const project = new InstalledPackage(mkdtempSync(join(tmpdir(), 'stheno-installed-')));
    const home = join(project.dir, 'node_modules/stheno');
    mkdirSync(home, { recursive: true });
    for (const name of ['gen', 'migrations', 'node_modules']) symlinkSync(join(ROOT, name), join(home, name));
    symlinkSync(join(ROOT, 'node_modules/@types'), join(project.dir, 'node_modules/@types'));
    copyFileSync(join(ROOT, 'package.json'), join(home, 'package.json'));
    writeFileSync(join(project.dir, 'package.json'), JSON.stringify({ type: 'module' }));
    await compile('-p', ROOT, '--outDir', join(home, 'dist'));
    return project;
  }

  private constructor(dir: string) {
    this.dir = dir;
  }

  /** Compiles files of this project the way a project of its own would. @throws with what the compiler says */
  async compile(files: Readonly<Record<string, string>>, compilerOptions: object): Promise<void> {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.dir, name), text);
    const config = join(this.dir, 'tsconfig.json');
    const options = { strict: true, module: 'nodenext', ...compilerOptions };
    writeFileSync(config, JSON.stringify({ compilerOptions: options, files: Object.keys(files) }));
    await compile('-p', config);
  }

  /** Runs a compiled file. @returns the lines that it prints */
  async run(name: string, env: Readonly<Record<string, string>>): Promise<string[]> {
    const options = { cwd: this.dir, env: { ...process.env, ...env }, timeout: 120_000 };
    const { stdout, stderr } = await execute(process.execPath, [name], options);
    if (stderr !== '') throw new Error(`${name} complains: ${stderr}`);
    return stdout.trimEnd().split('\n');
  }

  [Symbol.dispose](): void {
    rmSync(this.dir, { recursive: true });
  }
}

async function compile(...args: readonly string[]): Promise<void> {
  try {
    await execute(process.execPath, [COMPILER, ...args]);
  } catch (error) {
    throw new Error((error as { stdout: string }).stdout, { cause: error }); // the compiler's complaints
  }
}
