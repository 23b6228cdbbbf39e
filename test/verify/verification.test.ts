import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DomainError } from '../../src/domain/errors.js';
import { accepted, refused, scriptedCarrier } from '../send/scripted-carrier.js';
import { verifyParts } from './verify-parts.js';
import { type Checked, createVerifyWorld, QUICK_VERIFY, type Shown, type VerifyWorld } from './world.js';

/** What a verification that is typed back at its second check costs in events, and the message of its code when it is delivered. */
const EVENTS = { verified: 28, message: 20 } as const;

let world: VerifyWorld;
/** What gets lost between the API and the engine: checks, or the answers to them. */
let loses: 'check' | 'answer' | null = null;
const first = scriptedCarrier('first');
const second = scriptedCarrier('second');
const voice = scriptedCarrier('voice', { channels: ['voice'] });
const mute = scriptedCarrier('mute', { channels: ['whatsapp'], receipts: 'none' });

let last = 200;
/** A phone of its own for every test. */
const phone = () => `+1415555${String((last += 1)).padStart(4, '0')}`;

beforeAll(async () => {
  world = await createVerifyWorld(
    [
      [first, 10_000n],
      [second, 20_000n],
      [voice, 50_000n],
      [mute, 10_000n],
    ],
    {
      commands: (real) => ({
        ...real,
        async check(...asked) {
          const reply = loses === 'check' ? null : await real.check(...asked);
          if (reply === null || loses === 'answer') throw new DomainError('unavailable', 'the engine does not answer');
          return reply;
        },
      }),
    },
  );
}, 120_000);
afterAll(() => world.stop(), 60_000);

/** The code of the newest message to a phone, whichever carrier took it. */
async function codeTo(to: string, nth = 1): Promise<string> {
  for (let tries = 0; tries < 200; tries += 1) {
    const found = [first, second, voice].flatMap(({ sent }) => sent).filter((message) => message.to === to);
    if (found.length >= nth)
      return (/\d{6}/.exec(found[nth - 1]!.text)?.[0] ?? /(?:\d, )+\d/.exec(found[nth - 1]!.text)![0]).replaceAll(/\D/g, '');
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`no code went to ${to}: ${world.logs.slice(-10).join('\n')}`);
}

const wrong = (code: string) => (code === '000000' ? '111111' : '000000');

describe('a verification', () => {
  it('sends a code and knows it when it is typed back, once', async () => {
    const to = phone();
    const started = await world.start(to, { purpose: 'login', metadata: { user: 'u1' } });
    expect(started).toMatchObject({ status: 'PENDING', to, codes_sent: 1, checks_remaining: 3, verified_at: null });
    const code = await codeTo(to);
    expect(await world.check(started.id, wrong(code))).toEqual({ success: false, verified: false, status: 'PENDING', checks_remaining: 2 });
    expect(await world.check(started.id, code)).toEqual({ success: true, verified: true, status: 'VERIFIED', checks_remaining: 1 });
    expect(await world.check(started.id, code)).toEqual({ success: false, verified: false, status: 'VERIFIED', checks_remaining: 0 });
    expect(await world.becomes(started.id, 'VERIFIED')).toMatchObject({ reason: 'code_accepted', price: '0.01' });
    expect(await world.eventsOf(started.id, 'verification-verified')).toBeLessThanOrEqual(EVENTS.verified);
    const message = (await world.database.row<{ id: string; carrier: string }>(
      'SELECT id, carrier FROM messages WHERE verification_id = $1',
      [started.id],
    ))!;
    const taken = [first, second].flatMap(({ sent }) => sent).find((sent) => sent.to === to)!;
    await world.receipt(message.carrier, taken.reference, 'delivered');
    expect(await world.closed(message.id, 'message-with-code')).toBeLessThanOrEqual(EVENTS.message);
    expect(await world.reasons(started.id)).toEqual([
      'PENDING requested',
      'PENDING code_sent',
      'PENDING wrong_code',
      'VERIFIED code_accepted',
    ]);
    const known = await world.post('/v1/verifications/lookup', { to });
    expect(await known.json()).toMatchObject({ verified: true });
    expect(await world.problems()).toEqual([]);
  });

  it('keeps no code anywhere', async () => {
    const to = phone();
    const { id } = await world.start(to);
    const code = await codeTo(to);
    const message = await world.database.row<{ id: string }>('SELECT id FROM messages WHERE verification_id = $1', [id]);
    const text = (await (await world.client.fetch(`/v1/messages/${message!.id}`)).json()) as { text: string };
    expect(text.text).toContain('••••••');
    expect(text.text).not.toContain(code);
    expect(world.logs.join('\n')).not.toContain(code);
  });

  it('ends when its budget of checks is used up, and a new one begins at once', async () => {
    const to = phone();
    const { id } = await world.start(to);
    const code = await codeTo(to);
    for (const left of [2, 1, 0])
      expect(await world.check(id, wrong(code))).toMatchObject({
        success: false,
        checks_remaining: left,
        status: left > 0 ? 'PENDING' : 'FAILED',
      });
    expect(await world.check(id, code)).toEqual({ success: false, verified: false, status: 'FAILED', checks_remaining: 0 });
    await world.eventsOf(id, 'verification-failed');
    const again = await world.start(to);
    expect(again.id).not.toBe(id);
    expect(await world.check(again.id, await codeTo(to, 2))).toMatchObject({ success: true });
  });

  it('takes every code that was sent for it, and all die by the first', async () => {
    const to = phone();
    const { id } = await world.start(to);
    const one = await codeTo(to);
    expect((await world.post(`/v1/verifications/${id}/resend`, {}, randomUUID())).status).toBe(202);
    const two = await codeTo(to, 2);
    expect(two).not.toBe(one);
    const carriers = [first, second].filter(({ sent }) => sent.some((message) => message.to === to));
    // Whoever had its chance is asked last.
    expect(carriers).toHaveLength(2);
    expect(await world.check(id, one)).toMatchObject({ success: true });
    expect(await world.check(id, two)).toMatchObject({ success: false, status: 'VERIFIED' });
    await world.eventsOf(id, 'verification-resent');
    const rows = await world.database.rows<{ converted: boolean | null }>(
      'SELECT converted FROM messages WHERE verification_id = $1 ORDER BY created_at',
      [id],
    );
    expect(rows.map(({ converted }) => converted)).toEqual([true, null]);
  });

  it('is joined by a second request for the same number and purpose, and is another for another purpose', async () => {
    const to = phone();
    const { id } = await world.start(to, { purpose: 'login' });
    const joined = await world.post('/v1/verifications', { to, purpose: 'login' }, randomUUID());
    expect(joined.status).toBe(200);
    expect(((await joined.json()) as Shown).id).toBe(id);
    const other = await world.start(to, { purpose: 'payout' });
    expect(other.id).not.toBe(id);
    const code = await codeTo(to);
    expect(await world.check(other.id, code)).toMatchObject({ success: false });
    expect(await world.check(id, code)).toMatchObject({ success: true });
  });

  it('is begun once by twenty requests at once with one key, and with twenty keys', async () => {
    const to = phone();
    const key = randomUUID();
    const same = await Promise.all(Array.from({ length: 20 }, () => world.post('/v1/verifications', { to }, key)));
    const ids = new Set(await Promise.all(same.map(async (response) => ((await response.json()) as Shown).id)));
    expect(ids.size).toBe(1);
    await codeTo(to);
    expect([first, second].flatMap(({ sent }) => sent).filter((message) => message.to === to)).toHaveLength(1);

    const other = phone();
    const apart = await Promise.all(Array.from({ length: 20 }, () => world.post('/v1/verifications', { to: other }, randomUUID())));
    expect(new Set(await Promise.all(apart.map(async (response) => ((await response.json()) as Shown).id))).size).toBe(1);
    expect((await world.post('/v1/verifications', { to, purpose: 'other' }, key)).status).toBe(409);
  });

  it('under two hundred checks at once takes as many as its budget has, and the right one at most once', async () => {
    const to = phone();
    const { id } = await world.start(to);
    const code = await codeTo(to);
    const guesses = Array.from({ length: 200 }, (_, index) => String((Number(code) + index) % 1_000_000).padStart(6, '0'));
    const replies = await Promise.all(guesses.toReversed().map((guess) => world.check(id, guess)));
    const row = await world.database.row<{ checks_used: number }>('SELECT checks_used FROM verifications WHERE id = $1', [id]);
    expect(row!.checks_used).toBeLessThanOrEqual(3);
    expect(replies.filter(({ success }) => success).length).toBeLessThanOrEqual(1);
    const spent = replies.filter(({ status, checks_remaining }) => status === 'PENDING' || checks_remaining > 0);
    expect(spent.length).toBeLessThanOrEqual(3);

    const other = phone();
    const { id: right } = await world.start(other);
    const its = await codeTo(other);
    const rights = await Promise.all(Array.from({ length: 200 }, () => world.check(right, its)));
    expect(rights.filter(({ success }) => success)).toHaveLength(1);
  }, 120_000);

  it('under forty checks at once past the turns of one process tells whose was accepted', async () => {
    const to = phone();
    const { id } = await world.start(to);
    const codeHash = verifyParts.hashes.code({ id, purpose: 'verification' }, await codeTo(to)).toString('hex');
    const ids = Array.from({ length: 40 }, () => randomUUID());
    const replies = await Promise.all(ids.map((checkId) => world.verifications.check(id, { checkId, codeHash })));
    const row = await world.database.row<{ accepted_check: string }>('SELECT accepted_check FROM verifications WHERE id = $1', [id]);
    const told = ids.filter((_, index) => replies[index]!.kind === 'accepted');
    // Temporal may lose the answer of an update as the workflow ends; the row has it.
    expect(told.every((checkId) => checkId === row!.accepted_check)).toBe(true);
    expect(ids).toContain(row!.accepted_check);
  }, 120_000);

  it('goes on by the next channel when the first fails', async () => {
    first.answer(() => refused('unreachable'));
    second.answer(() => refused('unreachable'));
    const to = phone();
    const { id } = await world.start(to, { channels: ['sms', 'voice'] });
    const code = (await world.codes(voice, 1)).at(-1)!;
    first.answer(accepted);
    second.answer(accepted);
    expect(voice.sent.at(-1)).toMatchObject({ to, channel: 'voice' });
    expect(await world.check(id, code)).toMatchObject({ success: true });
    await world.eventsOf(id, 'verification-next-channel');
  });

  it('goes on by the next channel when the first is silent, and not when it delivered', async () => {
    const silent = phone();
    const { id } = await world.start(silent, { channels: ['sms', 'voice'] });
    await codeTo(silent, 2);
    expect((await world.shown(id)).codes_sent).toBe(2);

    const told = phone();
    const { id: delivered } = await world.start(told, { channels: ['sms', 'voice'] });
    await codeTo(told);
    const by = [first, second].find(({ sent }) => sent.some((message) => message.to === told))!;
    await world.receipt(by.id, by.sent.findLast((message) => message.to === told)!.reference, 'delivered');
    await new Promise((done) => setTimeout(done, (QUICK_VERIFY.policy.channelTimeoutSeconds + 2) * 1_000));
    expect((await world.shown(delivered)).codes_sent).toBe(1);
  }, 60_000);

  it('gives a channel whose carrier never says what arrived its time', async () => {
    const to = phone();
    const { id } = await world.start(to, { channels: ['whatsapp', 'voice'] });
    await world.codes(mute, 1);
    await expect
      .poll(async () => (await world.database.row('SELECT status FROM messages WHERE verification_id = $1', [id]))!, { timeout: 10_000 })
      .toEqual({ status: 'UNKNOWN' });
    expect((await world.shown(id)).codes_sent).toBe(1);
    await expect.poll(async () => (await world.shown(id)).codes_sent, { timeout: 20_000 }).toBe(2);
    const [first] = await world.database.rows<{ between: number }>(
      'SELECT extract(epoch FROM max(created_at) - min(created_at))::float8 AS between FROM verification_sends WHERE verification_id = $1',
      [id],
    );
    expect(first!.between).toBeGreaterThan(QUICK_VERIFY.policy.channelTimeoutSeconds - 0.5);
  });

  it('is taken back by its client, and its codes are dead', async () => {
    const to = phone();
    const { id } = await world.start(to);
    const code = await codeTo(to);
    const cancelled = await world.post(`/v1/verifications/${id}/cancel`, {});
    expect(cancelled.status).toBe(200);
    expect(await world.check(id, code)).toEqual({ success: false, verified: false, status: 'CANCELLED', checks_remaining: 0 });
    expect((await world.post(`/v1/verifications/${id}/resend`, {}, randomUUID())).status).toBe(409);
    await world.eventsOf(id, 'verification-cancelled');
  });

  it('cannot be begun without money or a route, and leaves nothing behind', async () => {
    const poor = await world.api.client(1_000n);
    const to = phone();
    const response = await poor.fetch('/v1/verifications', { method: 'POST', json: { to }, headers: { 'idempotency-key': 'k' } });
    expect(response.status).toBe(402);
    await world.eventsOf(world.verifications.identify(poor.accountId, 'k').verificationId, 'verification-no-credit');
    const nowhere = await world.post('/v1/verifications', { to: '+442079460000', channels: ['whatsapp'] }, randomUUID());
    expect(nowhere.status).toBe(422);
    expect(await nowhere.json()).toMatchObject({ code: 'no_route' });
    expect(
      await world.database.row('SELECT 1 FROM verifications v JOIN accounts a ON a.id = v.account_id WHERE a.id = $1', [poor.accountId]),
    ).toBeNull();
    expect(await world.problems()).toEqual([]);
  });

  it('answers the same check with the same key the same', async () => {
    const to = phone();
    const { id } = await world.start(to);
    const code = await codeTo(to);
    const key = randomUUID();
    expect(await world.check(id, wrong(code), key)).toMatchObject({ success: false, checks_remaining: 2 });
    expect(await world.check(id, wrong(code), key)).toMatchObject({ success: false, checks_remaining: 2 });
    expect(await world.check(id, code, key)).toMatchObject({ success: true });
    await world.becomes(id, 'VERIFIED');
    expect(await world.check(id, code, key)).toMatchObject({ success: true });
    expect(await world.check(id, code, randomUUID())).toMatchObject({ success: false });
  });
});

describe('what is lost between the API and the engine', () => {
  afterEach(() => {
    loses = null;
  });

  it('is found in the row where it is an answer, right or wrong, and counted once', async () => {
    const to = phone();
    const { id } = await world.start(to);
    const code = await codeTo(to);
    loses = 'answer';
    expect(await world.check(id, wrong(code))).toMatchObject({ success: false, status: 'PENDING', checks_remaining: 2 });
    expect(await world.check(id, code)).toMatchObject({ success: true, verified: true, status: 'VERIFIED', checks_remaining: 1 });
  });

  it('is said to be lost where it is the check, and counts nothing', async () => {
    const { id } = await world.start(phone());
    loses = 'check';
    expect((await world.post(`/v1/verifications/${id}/check`, { code: '000000' })).status).toBe(503);
    expect((await world.shown(id)).checks_remaining).toBe(3);
  });
});

describe('what can be no code or number', () => {
  it.each(['12345', '1234567', 'abcdef', '', '12 34', '1234５6x'])('%j takes no check', async (typed) => {
    const to = phone();
    const { id } = await world.start(to);
    const response = await world.post(`/v1/verifications/${id}/check`, { code: typed });
    expect(response.status).toBe(422);
    expect((await world.shown(id)).checks_remaining).toBe(3);
  });

  it('understands codes as people type them', async () => {
    for (const disguise of [
      (code: string) => `${code.slice(0, 3)} ${code.slice(3)}`,
      (code: string) => `${code.slice(0, 3)}-${code.slice(3)}`,
      (code: string) => Array.from(code, (digit) => String.fromCodePoint(0xff10 + Number(digit))).join(''),
      (code: string) => Array.from(code, (digit) => String.fromCodePoint(0x0660 + Number(digit))).join(''),
    ]) {
      const to = phone();
      const { id } = await world.start(to);
      expect(await world.check(id, disguise(await codeTo(to)))).toMatchObject({ success: true } satisfies Partial<Checked>);
    }
  });
});
