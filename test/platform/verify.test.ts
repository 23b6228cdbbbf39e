import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkLedger } from '../../src/ledger/check.js';
import { type Stack, startStack } from '../stack/stack.js';

/** Verifications over the real API, workers and carriers of their own processes; the code is read from the carriers' books. */
let stack: Stack;
const CARRIERS = ['simulated-json', 'simulated-xml'];

interface Shown {
  readonly id: string;
  readonly status: string;
  readonly codes_sent: number;
  readonly price: string;
}

beforeAll(async () => {
  stack = await startStack({
    providers: [{ id: 'herosms' }],
    carriers: [{ dialect: 'json' }, { dialect: 'xml' }],
    file: { fraud: { cooldown: { mode: 'off' } }, verify: { brand: 'Acme' }, key_limits: { purchase: 7_777 } },
  });
}, 180_000);
afterAll(() => stack.close(), 60_000);

const post = (path: string, json: object, key: string = randomUUID()) =>
  stack.fetch(path, { method: 'POST', json, headers: { 'idempotency-key': key } });
const shown = async (id: string) => (await (await stack.fetch(`/v1/verifications/${id}`)).json()) as Shown;

async function textsTo(to: string, atLeast: number): Promise<{ text: string; carrier: string }[]> {
  for (let tries = 0; tries < 300; tries += 1) {
    const books = await Promise.all(
      CARRIERS.map(async (carrier) =>
        ((await stack.control(carrier, 'GET', '/books')) as { messages: { to: string; text: string }[] }).messages
          .filter((message) => to.endsWith(message.to.replace('+', '')))
          .map(({ text }) => ({ text, carrier })),
      ),
    );
    if (books.flat().length >= atLeast) return books.flat();
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`fewer than ${atLeast} texts went to ${to}\n${stack.logged.slice(-10).join('\n')}`);
}
const codeOf = (text: string) => /\d{6}/.exec(text)![0];

describe('a verification over the API, workers and a carrier of its own process', () => {
  it('is proven by the code that the carrier delivered, is paid for once, and teaches the scorer', async () => {
    const to = '+14155552111';
    const started = await post('/v1/verifications', { to, purpose: 'login', channels: ['sms'], locale: 'de-AT' });
    expect(started.status).toBe(201);
    // The configuration reaches the process that counts.
    expect(started.headers.get('ratelimit-limit')).toBe('7777');
    const { id } = (await started.json()) as Shown;
    const [sent] = await textsTo(to, 1);
    expect(sent!.text).toContain('Acme');
    const checked = await post(`/v1/verifications/${id}/check`, { code: codeOf(sent!.text) });
    expect(await checked.json()).toMatchObject({ success: true, status: 'VERIFIED' });
    const timeline = (await (await stack.fetch(`/v1/verifications/${id}/timeline`)).json()) as {
      events: { type: string; reason?: string; kind?: string; carrier?: string }[];
    };
    const reasons = timeline.events.map(({ reason, kind }) => reason ?? kind);
    expect(reasons).toEqual(expect.arrayContaining(['requested', 'code_sent', 'hold', 'accepted', 'capture', 'code_accepted']));
    await expect
      .poll(
        () =>
          stack.sql.row<{ worked: boolean }>(
            'SELECT worked FROM message_outcomes o JOIN message_attempts a ON a.id = o.attempt_id JOIN messages m ON m.id = a.message_id WHERE m.verification_id = $1',
            [id],
          ),
        { timeout: 20_000 },
      )
      .toMatchObject({ worked: true });
    expect(Number((await shown(id)).price)).toBeGreaterThan(0);
  });

  it('goes on where it was when worker and API die', async () => {
    const to = '+14155552112';
    const key = randomUUID();
    const { id } = (await (await post('/v1/verifications', { to }, key)).json()) as Shown;
    const [first] = await textsTo(to, 1);
    await Promise.all([stack.kill('worker'), stack.kill('api')]);
    await Promise.all([stack.restart('worker'), stack.restart('api')]);
    expect(((await (await post('/v1/verifications', { to }, key)).json()) as Shown).id).toBe(id);
    expect((await post(`/v1/verifications/${id}/resend`, {})).status).toBe(202);
    const texts = await textsTo(to, 2);
    // Another carrier than the one that had its chance.
    expect(new Set(texts.map(({ carrier }) => carrier)).size).toBe(2);
    expect(await (await post(`/v1/verifications/${id}/check`, { code: codeOf(first!.text) })).json()).toMatchObject({ success: true });
    const other = texts.find(({ text }) => text !== first!.text)!;
    expect(await (await post(`/v1/verifications/${id}/check`, { code: codeOf(other.text) })).json()).toMatchObject({ success: false });
  }, 120_000);

  it('by the two calls of phone codes, with the rules of the real gate', async () => {
    const to = '+14155552113';
    for (let nth = 0; nth < 3; nth += 1) expect((await post('/api/v1/phone/send-code/', { phone_number: to })).status).toBe(200);
    const fourth = await post('/api/v1/phone/send-code/', { phone_number: to });
    expect(fourth.status).toBe(429);
    expect(Number(fourth.headers.get('retry-after'))).toBeGreaterThan(0);
    const [text] = await textsTo(to, 3);
    expect(await (await post('/api/v1/phone/verify-code/', { phone_number: to, code: codeOf(text!.text) })).json()).toEqual({
      success: true,
      verified: true,
      tier_completed: 2,
      can_book: true,
    });
    expect((await post('/api/v1/phone/send-code/', { phone_number: '+6281234567890' })).status).toBe(403);
  });

  it('leaves the books clean', async () => {
    const report = await checkLedger(stack.sql);
    expect(report.verdict === 'incomplete' ? [report] : report.problems).toEqual([]);
  });
});
