import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LockedError, takeLock, waitForLock } from '../../src/embedded/lock-file.js';
import { endProcess, identify, isRunning } from '../../src/embedded/process-identity.js';
import { endLeftovers, rememberProcess } from '../../src/embedded/run-file.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'watchword-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A process that does nothing until it is ended. */
async function sleeper() {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  await once(child, 'spawn');
  return { child, identity: identify(child.pid!)!, ended: once(child, 'exit') };
}

describe('a lock file', () => {
  it('has one holder, and names it', () => {
    const path = join(folder, 'lock');
    const unlock = takeLock(path);
    expect(() => takeLock(path)).toThrow(new LockedError(path, process.pid));
    unlock();
    takeLock(path)();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is taken over from a process that is gone, and from one whose number somebody else has now', async () => {
    const path = join(folder, 'lock');
    const { child, identity, ended } = await sleeper();
    writeFileSync(path, JSON.stringify(identity));
    expect(() => takeLock(path)).toThrow(LockedError);
    child.kill('SIGKILL');
    await ended;
    takeLock(path)();

    writeFileSync(path, JSON.stringify({ pid: process.pid, started: 'another boot/1' }));
    takeLock(path)();
    writeFileSync(path, 'half a li');
    takeLock(path)();
  });

  it('is waited for', async () => {
    const path = join(folder, 'lock');
    const unlock = takeLock(path);
    let got = false;
    const waiting = waitForLock(path).then((release) => {
      got = true;
      return release;
    });
    await new Promise((done) => setTimeout(done, 400));
    expect(got).toBe(false);
    unlock();
    (await waiting)();
  });

  it('goes to exactly one of many who find it stale', async () => {
    const path = join(folder, 'lock');
    writeFileSync(path, JSON.stringify({ pid: 999_999_999, started: 'long ago' }));
    const script = `
      import { takeLock } from ${JSON.stringify(new URL('../../dist/embedded/lock-file.js', import.meta.url).href)};
      try { takeLock(${JSON.stringify(path)}); process.stdout.write('1'); } catch { process.stdout.write('0'); }
      setTimeout(() => {}, 1500);`;
    const results = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
        let said = '';
        child.stdout.on('data', (chunk: Buffer) => {
          said += chunk.toString();
        });
        await once(child, 'close');
        return said;
      }),
    );
    expect(results.toSorted()).toEqual(['0', '0', '0', '0', '0', '1']);
  });
});

describe('leftovers', () => {
  it('are ended if they are ours', async () => {
    const { child, identity, ended } = await sleeper();
    rememberProcess(folder, 'worker', child.pid!, 'SIGTERM');
    const said: string[] = [];
    await endLeftovers(folder, (message) => said.push(message));
    await ended;
    expect(isRunning(identity)).toBe(false);
    expect(said).toEqual([`Ending worker (process ${child.pid}), left over from a run that was killed`]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('are left alone if the number belongs to somebody else now', async () => {
    const { child, identity, ended } = await sleeper();
    writeFileSync(join(folder, 'worker.json'), JSON.stringify({ pid: child.pid, started: `${identity.started}0`, stopSignal: 'SIGKILL' }));
    writeFileSync(join(folder, 'api.json'), 'garbage');
    await endLeftovers(folder, () => expect.unreachable());
    expect(isRunning(identity)).toBe(true);
    expect(readdirSync(folder)).toEqual([]);
    await endProcess(identity, 'SIGTERM', 5_000);
    await ended;
  });

  it('are ended by force if they do not listen', async () => {
    const child = spawn(
      process.execPath,
      ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); process.stdout.write("up")'],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    await once(child.stdout, 'data');
    const ended = once(child, 'exit');
    await endProcess(identify(child.pid!)!, 'SIGTERM', 300);
    expect(await ended).toEqual([null, 'SIGKILL']);
  });
});
