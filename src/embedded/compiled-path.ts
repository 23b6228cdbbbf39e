import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Path of a compiled file of this folder, to be run as a process of its own: it lies beside this file, or under dist/ where
 * this file itself runs from source, as in tests.
 */
export function compiledPath(name: string): string {
  return fileURLToPath(new URL(`./${name}.js`, import.meta.url)).replace(`${sep}src${sep}embedded${sep}`, `${sep}dist${sep}embedded${sep}`);
}
