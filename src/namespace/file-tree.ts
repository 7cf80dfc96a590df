import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { systemErrorCode } from './system-error-code.ts';

export interface TreeFile {
  /** Below the root; the file's own name when the root is a file. */
  readonly name: string;
  readonly path: string;
}

/** What a path holds at one moment. */
export interface FileTree {
  readonly isDirectory: boolean;
  /** Ordered by name. */
  readonly files: readonly TreeFile[];
  /** The directories read, without symbolic links. */
  readonly directories: readonly string[];
  /** Differs when a file was written, replaced, added or removed, or a link leads elsewhere. */
  readonly signature: string;
}

/**
 * The files at a path, sub-directories included, links followed. Names with a leading dot and with
 * a trailing `~` are left out: editors' temporary files, and the `..data` folders of Kubernetes,
 * whose content the mounted files link to.
 * @throws the file system's error when there is nothing at the path
 */
export async function readFileTree(root: string): Promise<FileTree> {
  const files: (TreeFile & { readonly signature: string })[] = [];
  const directories = new Set<string>();
  const isDirectory = (await stat(root)).isDirectory();

  const visit = async (path: string, name: string): Promise<void> => {
    const stats = await stat(path, { bigint: true });
    const real = await realpath(path);
    if (stats.isFile()) {
      const signature = [name, real, stats.dev, stats.ino, stats.size, stats.mtimeNs].join('\0');
      files.push({ name, path, signature });
    } else if (stats.isDirectory() && !directories.has(real)) {
      directories.add(real);
      for (const entry of await readdir(path)) {
        if (isIgnored(entry)) continue;
        await unlessGone(visit(join(path, entry), name === '' ? entry : join(name, entry)));
      }
    }
  };
  await visit(root, isDirectory ? '' : basename(root));

  files.sort((a, b) => (a.name < b.name ? -1 : 1));
  const signature = files.map((file) => file.signature).join('\0\0');
  return { isDirectory, files, directories: [...directories], signature };
}

function isIgnored(name: string): boolean {
  return name.startsWith('.') || name.endsWith('~');
}

/** A file may vanish between listing and looking at it; then it is no longer part of the tree. */
async function unlessGone(visit: Promise<void>): Promise<void> {
  try {
    await visit;
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
  }
}
