import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

async function carrierTest(file: string): Promise<{ readonly exit: number; readonly out: string; readonly err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(ROOT, 'dist/cli/main.js'), 'carrier', 'test', file], (error, out, err) => {
      resolve({ exit: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

it('tests a spec: shows its requests, and fails for examples that do not hold and for specs that are wrong', async () => {
  const shipped = join(ROOT, 'carriers/budgetsms.json');
  const good = await carrierTest(shipped);
  expect(good).toMatchObject({ exit: 0, err: '' });
  expect(good.out).toContain('BudgetSMS HTTP API: 6 of 6 examples hold');
  expect(good.out).toContain('GET https://api.budgetsms.net/sendsms/?username=user1');

  const folder = mkdtempSync(join(tmpdir(), 'watchword-cli-carriers-'));
  try {
    const own = join(folder, 'own.json');
    const text = readFileSync(shipped, 'utf8');
    writeFileSync(own, text.replace('"1001": "no_balance"', '"1001": "content"'));
    const changed = await carrierTest(own);
    expect(changed.exit).toBe(1);
    expect(changed.out).toContain('failed  send: no credit');
    writeFileSync(own, text.replace('"1001": "no_balance"', '"1001": "poor"'));
    expect(await carrierTest(own)).toMatchObject({
      exit: 1,
      err: expect.stringContaining('send.reply.answers[1].codes.1001: expected one of') as string,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
