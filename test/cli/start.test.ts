import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { processesOf, stillRunning } from '../platform/start.js';
import { run } from './command.js';

const MAIN = join(import.meta.dirname, '..', '..', 'dist', 'cli', 'main.js');

test('start runs all of it, says how to rent a number, and stops in order on Ctrl-C', async () => {
  const root = mkdtempSync(join(process.getuid?.() === 0 ? homedir() : tmpdir(), 'watchword-start-'));
  const dataDir = join(root, 'data');
  const child = spawn(process.execPath, [MAIN, 'start'], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], WATCHWORD_DATA_DIR: dataDir, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => (said += piece.toString()));
  const ended = new Promise((done) => child.once('close', done));
  // Where an assertion fails nothing of it goes on running.
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT');
    await ended;
  });
  await expect.poll(() => said, { timeout: 120_000, interval: 100 }).toContain('Ctrl-C stops everything');
  // The line as it is told, without npx.
  const line = /^ {2}(WATCHWORD_URL=\S+) (WATCHWORD_DATA_DIR=\S+) npx watchword (rent \S+ \S+)$/m.exec(said)!;
  const told = Object.fromEntries([line[1]!, line[2]!].map((setting) => setting.split('=') as [string, string]));
  const rented = await run([...line[3]!.split(' '), '--no-wait'], told);
  expect(rented.code).toBe(0);
  expect(rented.stdout).toMatch(/number\s+\+62/);
  const send = /^ {2}WATCHWORD_URL=\S+ WATCHWORD_DATA_DIR=\S+ npx watchword (send \S+ )"([^"]+)"$/m.exec(said)!;
  const sent = await run([...send[1]!.trim().split(' '), send[2]!], told);
  expect([sent.code, sent.stdout]).toEqual([0, expect.stringMatching(/status\s+DELIVERED/)]);

  const processes = processesOf(dataDir);
  expect(processes.size).toBe(9);
  child.kill('SIGINT');
  expect(await ended).toBe(0);
  expect(said).toMatch(/Stopping …\n(.*\n)*Stopped\.\n$/);
  expect(said).not.toContain('Stopping at once');
  expect(stillRunning(processes)).toEqual([]);
  rmSync(root, { recursive: true, force: true });
}, 180_000);
