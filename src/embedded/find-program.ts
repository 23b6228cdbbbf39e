import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const SUFFIX = process.platform === 'win32' ? '.exe' : '';

/** A program's file name on this system. */
export function programName(name: string): string {
  return name + SUFFIX;
}

/** Whether a file is there and may be run. */
export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The first program of a name in the folders of PATH; null if there is none. */
export function onThePath(name: string, path: string | undefined): string | null {
  const folders = (path ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, programName(name))).find(isProgram) ?? null;
}
