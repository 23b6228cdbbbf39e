import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { endProcess, identify, isRunning, type ProcessIdentity } from './process-identity.js';

/** What is remembered of a child process, so that a later start can find it if its parent was killed. */
interface RunRecord extends ProcessIdentity {
  readonly stopSignal: NodeJS.Signals;
}

/** Remembers a child process in `<folder>/<name>.json`. */
export function rememberProcess(folder: string, name: string, pid: number, stopSignal: NodeJS.Signals): void {
  const identity = identify(pid);
  if (identity === null) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), JSON.stringify({ ...identity, stopSignal } satisfies RunRecord));
}

/** Forgets a child process that has ended. */
export function forgetProcess(folder: string, name: string): void {
  rmSync(join(folder, `${name}.json`), { force: true });
}

/**
 * Ends what an earlier, killed run left behind. A process is ours if it bears the number and the start time that were
 * written down for it; whoever has the number today is otherwise left alone. Call it only under the folder's lock.
 */
export async function endLeftovers(folder: string, report: (message: string) => void): Promise<void> {
  let files: string[];
  try {
    files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  } catch {
    return;
  }
  await Promise.all(files.map((file) => endLeftover(folder, basename(file, '.json'), report)));
}

/** The same for one child process by its name. */
export async function endLeftover(folder: string, name: string, report: (message: string) => void): Promise<void> {
  const path = join(folder, `${name}.json`);
  const record = readRecord(path);
  if (record !== null && isRunning(record)) {
    report(`Ending ${name} (process ${record.pid}), left over from a run that was killed`);
    await endProcess(record, record.stopSignal, 15_000);
  }
  rmSync(path, { force: true });
}

function readRecord(path: string): RunRecord | null {
  try {
    const record = JSON.parse(readFileSync(path, 'utf8')) as Partial<RunRecord>;
    return typeof record.pid === 'number' && typeof record.started === 'string' && typeof record.stopSignal === 'string'
      ? (record as RunRecord)
      : null;
  } catch {
    return null;
  }
}
