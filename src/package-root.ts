import { existsSync } from 'node:fs';

/**
 * The folder of this package, where its package.json and migrations/ are. Searched for from this code upwards, since
 * sources, compiled modules and the bundled program are not equally deep below it.
 */
export function packageRoot(): URL {
  let folder = new URL('./', import.meta.url);
  while (!existsSync(new URL('package.json', folder))) {
    const parent = new URL('../', folder);
    if (parent.href === folder.href) throw new Error(`no package.json in a folder above ${import.meta.url}`);
    folder = parent;
  }
  return folder;
}
