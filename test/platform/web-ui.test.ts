import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type StartedPlatform, startPlatform } from './start.js';

/** Chromium as Debian packages it; WATCHWORD_CHROMIUM names another. */
const CHROMIUM = process.env['WATCHWORD_CHROMIUM'] ?? '/usr/bin/chromium';
/** Where screenshots are wanted, if they are. */
const SCREENSHOTS = process.env['WATCHWORD_SCREENSHOTS'];
const KEY = 'an-order-of-the-operator';

let folder: string;
let platform: StartedPlatform;
let browser: Browser;
let api: string;
let workflow: string;

beforeAll(async () => {
  if (!existsSync(CHROMIUM))
    throw new Error(`There is no Chromium at ${CHROMIUM}: install it (apt install chromium), or set WATCHWORD_CHROMIUM.`);
  folder = mkdtempSync(join(tmpdir(), 'watchword-ui-'));
  platform = startPlatform(folder);
  api = await platform.ready();
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  const answer = await fetch(`${api}/v1/activations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret('api-key')}`, 'idempotency-key': KEY, 'content-type': 'application/json' },
    body: JSON.stringify({ service: 'telegram', country: 'ID' }),
  });
  const { id } = (await answer.json()) as { id: string };
  workflow = `activation/${id}`;
}, 300_000);

afterAll(async () => {
  await browser?.close();
  platform?.child.kill('SIGTERM');
  await platform?.ended;
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

function secret(name: string): string {
  return readFileSync(join(folder, 'secrets', name), 'utf8').trim();
}

/** Path of the workflow's history in the Web UI. */
async function historyPath(): Promise<string> {
  const answer = await fetch(`${api}/temporal/api/v1/namespaces/default/workflows/${encodeURIComponent(workflow)}`, {
    headers: { authorization: `Bearer ${secret('operator-key')}` },
  });
  const { workflowExecutionInfo } = (await answer.json()) as { workflowExecutionInfo: { execution: { runId: string } } };
  return `/temporal/namespaces/default/workflows/${encodeURIComponent(workflow)}/${workflowExecutionInfo.execution.runId}/history`;
}

/** A page in a browser without any cookie, and the addresses outside of `origin` that it asked for. */
async function visitor(origin: string): Promise<{ page: Page; elsewhere: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1_400, height: 1_000 } });
  const page = await context.newPage();
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(origin) && !request.url().startsWith('data:')) elsewhere.push(request.url());
  });
  return { page, elsewhere };
}

async function shoot(page: Page, name: string): Promise<void> {
  if (SCREENSHOTS !== undefined) await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
}

test('an operator who signed in reads a workflow in clear, in Temporal’s own pages', { timeout: 120_000 }, async () => {
  const { page, elsewhere } = await visitor(api);
  const path = await historyPath();
  await page.goto(api + path);
  expect(new URL(page.url()).pathname).toBe('/operator/sign-in');
  await shoot(page, 'sign-in');

  await page.fill('#key', secret('api-key'));
  await page.click('button');
  await page.getByRole('alert').waitFor();
  await page.fill('#key', secret('operator-key'));
  await page.click('button');
  await page.waitForURL(`**${path}`);
  // The input of the workflow, which lies encrypted at Temporal.
  await page.getByText(KEY).first().waitFor({ timeout: 60_000 });
  await page.getByText('wait for an SMS of telegram ID').first().waitFor();
  await shoot(page, 'workflow-in-clear');
  expect(elsewhere).toEqual([]);

  // What the page changes reaches Temporal, and who changed it is kept.
  await page.getByRole('button', { name: 'Request Cancellation' }).click();
  await page.locator('[data-testid="confirm-modal-button"]:visible').click();
  await expect
    .poll(async () => {
      const answer = await fetch(`${api}/v1/operator/actions`, { headers: { authorization: `Bearer ${secret('operator-key')}` } });
      const { items } = (await answer.json()) as { items: { action: string; status: number; params: { path: string } }[] };
      return items.map(({ action, status }) => [action, status]);
    })
    .toContainEqual(['POST /temporal/*', 200]);

  await page.goto(`${api}/operator`);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.goto(api + path);
  expect(new URL(page.url()).pathname).toBe('/operator/sign-in');
});

test('whoever reaches the Web UI’s own port sees nothing but ciphertext', { timeout: 120_000 }, async () => {
  const run = JSON.parse(readFileSync(join(folder, 'run', 'temporal.json'), 'utf8')) as { pid: number };
  const direct = `http://127.0.0.1:${/--ui-port=(\d+)/.exec(readFileSync(`/proc/${run.pid}/cmdline`, 'utf8'))?.[1]}`;
  const { page } = await visitor(direct);
  await page.goto(direct + (await historyPath()));
  await page.getByText(Buffer.from('binary/encrypted').toString('base64')).first().waitFor({ timeout: 60_000 });
  await shoot(page, 'workflow-opaque');
  expect(await page.content()).not.toContain(KEY);
  // The codec does not answer it either: the page is of another origin and has no session.
  const asked = await page.evaluate(async (url) => {
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"payloads":[]}',
        credentials: 'include',
      });
      return `answered ${answer.status}`;
    } catch {
      return 'blocked';
    }
  }, `${api}/v1/operator/codec/decode`);
  expect(asked).toBe('blocked');
});
