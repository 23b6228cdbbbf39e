import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { LockedError, takeLock, type Unlock } from '../embedded/lock-file.js';

/**
 * Makes the data folder, for this user only, and takes it for this process.
 *
 * @throws Error that names the process that has it.
 */
export function takeDataFolder(folder: string): Unlock {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return takeLock(join(folder, 'lock'));
  } catch (error) {
    if (error instanceof LockedError) {
      throw new Error(
        `the data folder ${folder} is in use by another watchword (process ${error.holder}): stop it, or set WATCHWORD_DATA_DIR to another folder`,
        { cause: error },
      );
    }
    throw new Error(
      `the data folder ${folder} cannot be used: ${(error as Error).message}; set WATCHWORD_DATA_DIR to a folder that you may write to`,
      { cause: error },
    );
  }
}
