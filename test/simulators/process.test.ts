import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { controlClient } from './control-client.js';
import { ask } from './wire-client.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Built before every run of the tests. */
const MAIN = join(ROOT, 'dist', 'simulators', 'main.js');
const KEY = 'process-key';

interface Started {
  readonly child: ChildProcess;
  readonly ready: { readonly ready: boolean; readonly kind: string; readonly url: string; readonly control: string };
  readonly exit: Promise<number | NodeJS.Signals | null>;
}

const running = new Set<ChildProcess>();
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'simulator-'));
});
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true }));

async function start(...args: readonly string[]): Promise<Started> {
  const child = spawn(process.execPath, [MAIN, '--api-key', KEY, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  running.add(child);
  const exit = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.on('exit', (code, signal) => {
      running.delete(child);
      resolve(code ?? signal);
    });
  });
  let text = '';
  const ready = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) resolve(text);
    });
    child.on('exit', () => reject(new Error(`it ended: ${text}`)));
  });
  expect(ready.trim().split('\n')).toHaveLength(1);
  return { child, ready: JSON.parse(ready) as Started['ready'], exit };
}

describe('a simulator as a process', () => {
  it('says in one line where it listens, and ends on SIGTERM and SIGINT', async () => {
    const one = await start('--kind', 'handler_api', '--dialect', 'classic', '--settings', '{"balance":"7.25"}');
    expect(one.ready).toMatchObject({ ready: true, kind: 'handler_api' });
    expect((await ask(`${one.ready.url}?api_key=${KEY}&action=getBalance`)).body).toBe('ACCESS_BALANCE:7.25');
    one.child.kill('SIGTERM');
    expect(await one.exit).toBe(0);
    const two = await start('--kind', 'fivesim');
    expect(two.ready.url).toMatch(/\/v1$/);
    two.child.kill('SIGINT');
    expect(await two.exit).toBe(0);
  });

  it('ends when its parent goes away', async () => {
    const { child, exit } = await start('--kind', 'fivesim');
    child.stdin!.end();
    expect(await exit).toBe(0);
  });

  it('keeps its books over kill -9: whatever was answered is there', async () => {
    const state = join(folder, 'killed.jsonl');
    const first = await start('--kind', 'handler_api', '--state', state, '--seed', '5');
    const bought: string[] = [];
    const buying = (async () => {
      // Ends with the server.
      for (;;) {
        const { body } = await ask(`${first.ready.url}?api_key=${KEY}&action=getNumber&service=tg&country=6`);
        if (body.startsWith('ACCESS_NUMBER:')) bought.push(body.split(':')[1]!);
      }
    })().catch(() => {});
    await expect.poll(() => bought.length, { timeout: 10_000 }).toBeGreaterThan(20);
    first.child.kill('SIGKILL');
    await Promise.all([first.exit, buying]);
    const second = await start('--kind', 'handler_api', '--state', state, '--seed', '5');
    const books = await controlClient(second.ready.control).books();
    const ids = books.orders.map((order) => order.id);
    for (const id of bought) expect(ids).toContain(id);
    // At most the one whose reply was on its way is there besides.
    expect(ids.length - bought.length).toBeLessThanOrEqual(1);
    const spent = books.movements.filter((movement) => movement.kind === 'purchase');
    expect(spent).toHaveLength(ids.length);
    second.child.kill('SIGTERM');
    await second.exit;
  });

  it('explains itself, and refuses what it does not understand', async () => {
    const run = async (...args: string[]): Promise<{ code: number; out: string; err: string }> =>
      new Promise((resolve) => {
        execFile(process.execPath, [MAIN, ...args], (error, out, err) =>
          resolve({ code: error === null ? 0 : Number(error.code), out, err }),
        );
      });
    const help = await run('--help');
    expect(help.code).toBe(0);
    for (const option of ['--kind', '--dialect', '--host', '--port', '--api-key', '--seed', '--state', '--settings'])
      expect(help.out).toContain(option);
    expect(await run('--kind', 'other', '--api-key', 'k')).toMatchObject({ code: 2, err: expect.stringContaining('--kind') as string });
    expect(await run('--kind', 'fivesim')).toMatchObject({ code: 2, err: expect.stringContaining('--api-key') as string });
    expect(await run('--kind', 'fivesim', '--api-key', 'k', '--settings', '{')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--settings') as string,
    });
    expect(await run('--kind', 'fivesim', '--api-key', 'k', '--settings', '{"lifetimeMs":"long"}')).toMatchObject({
      code: 2,
      err: expect.stringContaining('lifetimeMs') as string,
    });
    expect((await run('--unknown')).code).toBe(2);
  });
});
