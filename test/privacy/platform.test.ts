import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hookPath } from '../../src/main/installation.js';
import { type RunningCarrierSimulator, startCarrierSimulator } from '../../src/main/carrier-simulators.js';
import { type RunningSimulator, startSimulator } from '../../src/main/simulators.js';
import { freePort } from '../../src/embedded/free-port.js';
import { run } from '../cli/command.js';
import { type StartedPlatform, startPlatform } from '../platform/start.js';

/** `npm start` with two providers that are processes of somebody else: whatever is in the data folder is ours. */
let root: string;
let dataDir: string;
let herosms: RunningSimulator;
let fivesim: RunningSimulator;
let platform: StartedPlatform;
let url: string;
let metricsPort: number;
let carrier: RunningCarrierSimulator;
let admin: pg.Client;
/** Every number, code and text that there was. */
const planted = new Set<string>();

beforeAll(async () => {
  root = mkdtempSync(join(process.getuid?.() === 0 ? homedir() : tmpdir(), 'watchword-privacy-'));
  chmodSync(root, 0o700);
  dataDir = join(root, 'data');
  const providers = join(root, 'providers');
  const settings = { smsDelayMinMs: 3_600_000, smsDelayMaxMs: 3_600_000, cancelWindowMs: 0 };
  const simulator = (id: string, kind: 'handler_api' | 'fivesim') =>
    startSimulator(
      { id, kind, dialect: kind === 'fivesim' ? null : 'herosms' },
      { dataDir: providers, env: { PATH: process.env['PATH'] }, onLine: () => {}, port: 0, settings },
    );
  [herosms, fivesim, metricsPort] = await Promise.all([simulator('herosms', 'handler_api'), simulator('fivesim', 'fivesim'), freePort()]);
  carrier = await startCarrierSimulator(
    { id: 'outside', dialect: 'json' },
    {
      dataDir: providers,
      env: { PATH: process.env['PATH'] },
      onLine: () => {},
      port: 0,
      settings: { receiptDelayMinMs: 100, receiptDelayMaxMs: 300, delivered: 1 },
    },
  );
  writeFileSync(join(root, 'prices.csv'), 'prefix,country,price\n62,ID,0.01\n1,US,0.01\n');
  const config = join(root, 'config.json');
  writeFileSync(
    config,
    JSON.stringify({
      carriers: [
        {
          id: 'outside',
          spec: 'simulated-json',
          base_url: carrier.url,
          prices: 'prices.csv',
          secrets: { api_key: { env: 'OUTSIDE_KEY' }, receipt_secret: { env: 'OUTSIDE_SECRET' } },
        },
      ],
      fraud: { country: { allowed: ['ID'] }, cooldown: { mode: 'off' } },
      request_budgets: { herosms: { per_second: 200, burst: 200 }, fivesim: { per_second: 200, burst: 200 } },
      policy: {
        poll_ms: 300,
        slow_poll_ms: 500,
        sweep_ms: 1_000,
        idle_ms: 1_000,
        order_grace_ms: 1_000,
        balance_ms: 500,
        recheck_ms: 500,
        quiet_ms: 3_000,
        reply_wait_ms: 4_000,
        attempt_ms: 3_000,
        replace_after_ms: 1_000,
        erase_ms: 1_000,
      },
    }),
  );
  platform = startPlatform(dataDir, {
    WATCHWORD_SIMULATORS: 'off',
    HEROSMS_API_KEY: herosms.apiKey.reveal(),
    HEROSMS_HANDLER_URL: herosms.url,
    FIVESIM_API_KEY: fivesim.apiKey.reveal(),
    FIVESIM_BASE_URL: fivesim.url,
    WATCHWORD_CONFIG: config,
    OUTSIDE_KEY: carrier.apiKey.reveal(),
    OUTSIDE_SECRET: carrier.receiptSecret.reveal(),
    WATCHWORD_METRICS_PORT: String(metricsPort),
    LOG_LEVEL: 'trace',
  });
  url = await platform.ready();
  const secret = (name: string) => readFileSync(join(dataDir, 'secrets', name), 'utf8').trim();
  const port = readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[3];
  admin = new pg.Client({
    connectionString: `postgres://postgres:${encodeURIComponent(secret('postgres-superuser'))}@127.0.0.1:${port}/watchword`,
  });
  await admin.connect();
  const { rows } = await admin.query<{ secret: Buffer }>('SELECT secret FROM installation');
  await control(herosms, 'PUT', '/settings', { hooks: [url + hookPath(rows[0]!.secret, 'herosms')] });
}, 180_000);

afterAll(async () => {
  await admin?.end();
  platform?.child.kill('SIGINT');
  await platform?.ended;
  await Promise.all([herosms?.stop(), fivesim?.stop(), carrier?.stop()]);
  rmSync(root, { recursive: true, force: true });
});

interface Order {
  readonly id: string;
  readonly phone: string;
  readonly endedAt: string | null;
}

async function control<T>(simulator: RunningSimulator | RunningCarrierSimulator, method: string, path: string, body?: object): Promise<T> {
  const response = await fetch(simulator.control + path, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
  return (await response.json()) as T;
}

const key = () => readFileSync(join(dataDir, 'secrets', 'api-key'), 'utf8').trim();
async function client<T>(path: string, body?: object, idempotencyKey = 'none'): Promise<T> {
  const response = await fetch(url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${key()}`, 'idempotency-key': idempotencyKey, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await response.json()) as T;
}

interface Shown {
  readonly id: string;
  readonly status: string;
  readonly phone_number: string | null;
  readonly erased_at?: string;
  readonly messages: readonly { readonly code: string | null; readonly text: string | null }[];
}

let rents = 0;
async function rent(more: object = {}): Promise<Shown> {
  rents += 1;
  const rented = await client<Shown>('/v1/activations', { service: 'whatsapp', country: 'ID', ...more }, `rent-${rents}`);
  // A purchase whose reply was lost may end without a number.
  if (typeof rented.phone_number === 'string') planted.add(rented.phone_number);
  return rented;
}

async function orderOf(phone: string): Promise<{ readonly simulator: RunningSimulator; readonly order: Order }> {
  for (const simulator of [herosms, fivesim]) {
    const { orders } = await control<{ orders: Order[] }>(simulator, 'GET', '/books');
    const order = orders.find((one) => phone.endsWith(one.phone.replace('+', '')));
    if (order !== undefined) return { simulator, order };
  }
  throw new Error('no provider sold this number');
}

/** Sends an SMS with a code and a text that are like no others. */
async function send(phone: string): Promise<string> {
  const { simulator, order } = await orderOf(phone);
  const code = String(Math.floor(10_000_000 + Math.random() * 89_999_999));
  const text = `Grüße von "Bank & Söhne": Ihr Code lautet ${code}, gültig für ${Math.random().toString(36).slice(2)} <privat>`;
  planted.add(code).add(text);
  await control(simulator, 'POST', `/orders/${order.id}/sms`, { code, text });
  return code;
}

const read = (id: string) => client<Shown>(`/v1/activations/${id}`);
async function reaches(id: string, status: string): Promise<void> {
  await expect.poll(async () => (await read(id)).status, { timeout: 30_000, interval: 200 }).toBe(status);
}

/** Verifies a phone: by a wrong code, another code, and the right one. */
async function verify(): Promise<string> {
  const to = `+62812${String(Math.floor(10_000_000 + Math.random() * 89_999_999))}`;
  const [ip, subject, name] = [
    '2001:db8:cafe:f00d:1234:5678:9abc:def0',
    `user-${Math.random().toString(36).slice(2)}`,
    Math.random().toString(36).slice(2),
  ];
  for (const value of [to, ip, subject]) planted.add(value);
  const { id } = await client<{ id: string }>('/v1/verifications', { to, ip, subject, purpose: 'login' }, `verify-${name}`);
  await client(`/v1/verifications/${id}/check`, { code: '000001' });
  await client(`/v1/verifications/${id}/resend`, { ip, subject }, `again-${name}`);
  const codes = async () => {
    const { messages } = await control<{ messages: { to: string; text: string }[] }>(carrier, 'GET', '/books');
    return messages.filter((message) => to.endsWith(message.to.replace('+', ''))).map(({ text }) => /\d{6}/.exec(text)![0]);
  };
  await expect.poll(async () => (await codes()).length, { timeout: 20_000 }).toBe(2);
  const [first, second] = await codes();
  // Six digits turn up by chance; with the words around them they do not.
  planted.add(`${first} is your`).add(`${second} is your`);
  expect(await client(`/v1/verifications/${id}/check`, { code: first })).toMatchObject({ success: true });
  await client(`/v1/verifications/${id}/timeline`);
  return id;
}

/** The scan of all that is ours: data folder, and what the processes tell of themselves. */
async function scanAll() {
  await admin.query('CHECKPOINT');
  const values = join(root, 'values');
  writeFileSync(values, [...planted].join('\n'));
  const ended = await run(
    ['privacy', 'scan', '--json', '--values', values, dataDir, `${url}/metrics`, `http://127.0.0.1:${metricsPort}/metrics`],
    {
      WATCHWORD_DATA_DIR: dataDir,
      WATCHWORD_URL: url,
    },
  );
  return {
    ...ended,
    report: JSON.parse(ended.stdout) as { verdict: string; hits: { at: string }[]; unread: object[]; places: number; bytes: number },
  };
}

test('no number, code or text is in clear anywhere, before or after its erasure, and what is in clear is found', async () => {
  // A code, and another one; from both providers as the scorer likes.
  for (const traps of [{}, { name: 'webhook_duplicate', probability: 1 }, { name: 'webhook_forged', probability: 1 }]) {
    if ('name' in traps) await control(herosms, 'POST', '/traps', traps);
    const rented = await rent();
    expect(rented).toMatchObject({ status: 'WAITING' });
    const code = await send(rented.phone_number!);
    await reaches(rented.id, 'RECEIVED');
    expect((await read(rented.id)).messages.map((message) => message.code)).toContain(code);
    await client(`/v1/activations/${rented.id}/resend`, {});
    await sleep(700);
    await send(rented.phone_number!);
    await reaches(rented.id, 'COMPLETED');
    await client(`/v1/activations/${rented.id}/timeline`);
  }
  await control(herosms, 'DELETE', '/traps');
  // A cancel, a replacement with an SMS to the earlier number, lost and broken replies.
  const cancelled = await rent();
  await client(`/v1/activations/${cancelled.id}/cancel`, {});
  const replaced = await rent({ on_no_code: 'replace' });
  const first = replaced.phone_number!;
  await expect.poll(async () => (await read(replaced.id)).phone_number, { timeout: 20_000, interval: 200 }).not.toBe(first);
  planted.add((await read(replaced.id)).phone_number!);
  await send((await read(replaced.id)).phone_number!);
  await reaches(replaced.id, 'RECEIVED');
  for (const simulator of [herosms, fivesim]) {
    for (const name of ['lost_reply', 'truncated_body', 'html_page', 'wrong_content_type'])
      await control(simulator, 'POST', '/traps', { name, probability: 0.5 });
  }
  for (let time = 0; time < 3; time += 1) await rent();
  await sleep(3_000);
  for (const simulator of [herosms, fivesim]) await control(simulator, 'DELETE', '/traps');
  const verified = [await verify(), await verify()];
  await reaches(cancelled.id, 'REFUNDED');
  await reaches(replaced.id, 'COMPLETED');
  for (const simulator of [herosms, fivesim])
    for (const order of (await control<{ orders: Order[] }>(simulator, 'GET', '/books')).orders) planted.add(order.phone);
  expect(planted.size).toBeGreaterThan(20);

  const before = await scanAll();
  expect(before.report).toMatchObject({ verdict: 'clean', hits: [], unread: [] });
  expect(before.code).toBe(0);
  expect(before.report.bytes).toBeGreaterThan(20_000_000);

  // A control: what is written in clear, in the log or through Postgres, is found.
  const [one] = [...planted].filter((value) => value.length > 20);
  await admin.query('CREATE TABLE control (text text)');
  await admin.query('INSERT INTO control VALUES ($1)', [one]);
  writeFileSync(join(dataDir, 'logs', 'control.log'), `{"msg":${JSON.stringify(one)}}\n`);
  const control_ = await scanAll();
  expect(control_.code).toBe(1);
  const places = control_.report.hits.map(({ at }) => at.replace(dataDir, ''));
  expect(places).toContain('/logs/control.log');
  expect(places.some((at) => at.startsWith('/postgres/base/'))).toBe(true);
  expect(places.some((at) => at.startsWith('/postgres/pg_wal/'))).toBe(true);
  expect(places.every((at) => /^\/(logs\/control\.log|postgres\/)/.test(at))).toBe(true);
  rmSync(join(dataDir, 'logs', 'control.log'));

  // A day passes, and the schedule erases.
  const { items } = await client<{ items: Shown[] }>('/v1/activations?limit=200');
  const over = items.filter(({ status }) => status === 'COMPLETED' || status === 'REFUNDED');
  expect(over.length).toBeGreaterThanOrEqual(5);
  await admin.query(`UPDATE activations SET ended_at = ended_at - interval '25 hours', refunded_at = refunded_at - interval '25 hours'`);
  await admin.query(`UPDATE orders SET expires_at = expires_at - interval '25 hours' WHERE status = 'CLOSED_WITH_SMS'`);
  for (const { id } of over) {
    await expect.poll(async () => (await read(id)).erased_at, { timeout: 30_000, interval: 300 }).toMatch(/Z$/);
    const erased = await read(id);
    expect(erased.phone_number).toBeNull();
    for (const message of erased.messages) expect(message).toMatchObject({ code: null, text: null });
  }
  await admin.query(`UPDATE verifications SET ended_at = ended_at - interval '25 hours'`);
  for (const id of verified)
    await expect.poll(async () => (await client<{ to: string | null }>(`/v1/verifications/${id}`)).to, { timeout: 30_000 }).toBeNull();
  const hashes = await admin.query('SELECT 1 FROM verification_codes WHERE code_hash IS NOT NULL');
  expect(hashes.rows).toEqual([]);
  const ids = over.map(({ id }) => id);
  const sealed = await admin.query<{ left: string }>(
    `SELECT (SELECT count(phone_sealed) FROM activations WHERE id = ANY ($1)) + (SELECT count(phone_sealed) FROM orders WHERE activation_id = ANY ($1))
       + (SELECT count(code_sealed) + count(text_sealed) FROM inbox WHERE activation_id = ANY ($1)) + (SELECT count(raw) FROM attempts WHERE activation_id = ANY ($1)) AS left`,
    [ids],
  );
  expect(sealed.rows).toEqual([{ left: '0' }]);
}, 240_000);
