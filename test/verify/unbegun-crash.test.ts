import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unbegunSendsOf } from '../../src/db/verification-codes.js';
import { verificationWorkflowId } from '../../src/domain/names.js';
import type { StartVerification } from '../../src/domain/verification-request.js';
import { createSendDeps } from '../../src/worker/send-deps.js';
import { createVerifyDeps } from '../../src/worker/verify-deps.js';
import { openMessage } from '../../src/send/open.js';
import { checkCode } from '../../src/verify/check.js';
import type { VerifyDeps } from '../../src/verify/deps.js';
import { openVerification } from '../../src/verify/open.js';
import { resendCode } from '../../src/verify/resend.js';
import { spendDifferences } from '../chaos/verification-reckoning.js';
import { scriptedCarrier } from '../send/scripted-carrier.js';
import { openGate, verifyParts } from './verify-parts.js';
import { createVerifyWorld, QUICK_VERIFY, type Shown, type VerifyWorld } from './world.js';

/**
 * What a step of a verification leaves behind when worker and engine die after its commit and before anybody has heard of it. A
 * step is run here by itself for that: its rows are there, and the workflow knows nothing of them.
 */
let world: VerifyWorld;
let deps: VerifyDeps;
const carrier = scriptedCarrier('first');

let last = 4_000;
const phone = () => `+1415555${(last += 1)}`;

beforeAll(async () => {
  world = await createVerifyWorld([[carrier, 10_000n]]);
  const nobody = () => Promise.reject(new Error('nobody is told here'));
  const send = createSendDeps(
    {
      config: { currency: 'USD', markup: { standard: { basisPoints: 0, fixed: 0n }, overrides: [] } },
      database: world.database,
      keyring: world.keyring,
      log: { info: () => {}, warn: () => {}, error: () => {} },
      clock: () => new Date(),
      ...verifyParts,
    },
    new Map([[carrier.id, carrier]]),
    () => null,
    { tellMessage: nobody, startMessage: nobody, startBatch: nobody },
    randomUUID,
    Math.random,
  );
  deps = createVerifyDeps({ config: { verify: QUICK_VERIFY }, gate: openGate() }, send);
}, 120_000);
afterAll(() => world.stop(), 60_000);

const textsTo = (to: string) => carrier.sent.filter((message) => message.to === to);
const codeOf = (text: string) => /\d{6}/.exec(text)![0];
const codeTo = async (to: string) => {
  await expect.poll(() => textsTo(to).length).toBeGreaterThan(0);
  return codeOf(textsTo(to)[0]!.text);
};
const money = (verificationId: string) =>
  world.database.rows<{ status: string; held: boolean }>(
    `SELECT m.status, h.settled_at IS NULL AS held FROM messages m JOIN holds h ON h.activation_id = m.id
     WHERE m.verification_id = $1 ORDER BY m.created_at`,
    [verificationId],
  );

function request(to: string): StartVerification {
  const key = randomUUID();
  const { verificationId } = world.verifications.identify(world.client.accountId, key);
  return {
    verificationId,
    accountId: world.client.accountId,
    idempotencyKey: key,
    requestHash: 'hash',
    purpose: 'verification',
    to,
    numberHash: verifyParts.hashes.number(to).toString('hex'),
    country: 'US',
    channels: ['sms'],
    locale: null,
    brand: 'watchword',
    webOtpDomain: null,
    appHash: null,
    policy: QUICK_VERIFY.policy,
    person: { ip: null, subject: null },
    metadata: {},
  };
}

describe('a code that was written while the engine died', () => {
  it('is sent when its client asks again with the same key, once', async () => {
    const to = phone();
    const { id } = await world.start(to);
    await codeTo(to);
    const key = randomUUID();
    expect(await resendCode(deps, { verificationId: id, sendKey: key, channel: null })).toMatchObject({ kind: 'sent' });
    for (let asked = 0; asked < 3; asked += 1) expect((await world.post(`/v1/verifications/${id}/resend`, {}, key)).status).toBe(202);
    await expect.poll(() => textsTo(to).length).toBe(2);
    expect(await world.check(id, codeOf(textsTo(to)[1]!.text))).toMatchObject({ success: true });
    expect((await world.shown(id)).codes_sent).toBe(2);
  });

  it('is never sent and holds no money once its verification is over', async () => {
    const to = phone();
    const { id } = await world.start(to);
    await codeTo(to);
    await resendCode(deps, { verificationId: id, sendKey: 'lost', channel: null });
    expect((await world.post(`/v1/verifications/${id}/cancel`, {})).status).toBe(200);
    await expect.poll(async () => (await money(id)).at(-1)).toEqual({ status: 'UNDELIVERED', held: false });
    expect(textsTo(to)).toHaveLength(1);
  });

  it('gives its money back where its verification ends in the same moment', async () => {
    const open = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const to = phone();
        const { id } = await world.start(to);
        return { id, code: await codeTo(to) };
      }),
    );
    const codeHash = (id: string, code: string) => verifyParts.hashes.code({ id, purpose: 'verification' }, code).toString('hex');
    const sent = await Promise.all(
      open.map(async ({ id, code }) => {
        const [resent] = await Promise.all([
          world.verifications.resend(id, { sendKey: 'beside', channel: null }),
          world.verifications.check(id, { checkId: randomUUID(), codeHash: codeHash(id, code) }),
        ]);
        return resent.kind;
      }),
    );
    // Where every check was faster nothing would be shown.
    expect(sent).toContain('sent');
    for (const { id } of open) {
      await world.eventsOf(id);
      // Its messages were begun before it closed; their first steps may come a moment later.
      await expect.poll(() => unbegunSendsOf(world.database, id)).toEqual([]);
    }
  });
});

describe('a first step that was committed and forgotten', () => {
  it('is gone on with when its time was over meanwhile, and its message is ended', async () => {
    const wanted = request(phone());
    const run = { workflowId: verificationWorkflowId(wanted.verificationId), runId: 'the-run' };
    const first = await openVerification(deps, wanted, run);
    expect(first).toMatchObject({ kind: 'opened' });
    await world.database.run(`UPDATE verifications SET expires_at = now() - interval '1 second' WHERE id = $1`, [wanted.verificationId]);
    // Another request for this phone ends what nobody ended.
    await openVerification(deps, { ...request(wanted.to) }, { workflowId: `verification/${randomUUID()}`, runId: 'another' });
    const again = await openVerification(deps, wanted, run);
    expect(again).toMatchObject({ kind: 'opened', leftMs: 0, message: { messageId: first.kind === 'opened' && first.message!.messageId } });
    expect(await openVerification(deps, wanted, { ...run, runId: 'a-later-run' })).toMatchObject({ kind: 'answered', status: 'EXPIRED' });
  });

  it('leaves a message that one run takes over and no other', async () => {
    const wanted = request(phone());
    const opened = await openVerification(deps, wanted, { workflowId: 'verification/x', runId: 'the-run' });
    const code = opened.kind === 'opened' ? opened.message! : null;
    const take = (runId: string) => openMessage(deps.send, code!, { workflowId: `message/${code!.messageId}`, runId });
    const taken = await Promise.all(['one', 'two', 'three', 'four'].map(take));
    expect(taken.filter(({ kind }) => kind === 'send')).toHaveLength(1);
    const by = ['one', 'two', 'three', 'four'][taken.findIndex(({ kind }) => kind === 'send')]!;
    expect(await take(by)).toMatchObject({ kind: 'send' });
    expect(await take('five')).toMatchObject({ kind: 'answered' });
  });
});

describe('checks that reach the row from several processes at once', () => {
  const start = async () => {
    const to = phone();
    const { id } = await world.start(to);
    return { id, code: await codeTo(to) };
  };
  const hashOf = (id: string, code: string) => verifyParts.hashes.code({ id, purpose: 'verification' }, code).toString('hex');

  it('overrun no budget', async () => {
    const { id, code } = await start();
    const wrong = (nth: number) => String((Number(code) + 1 + nth) % 1_000_000).padStart(6, '0');
    const replies = await Promise.all(
      Array.from({ length: 60 }, (_, nth) =>
        checkCode(deps, { verificationId: id, checkId: randomUUID(), codeHash: hashOf(id, wrong(nth)) }),
      ),
    );
    expect(replies.filter(({ kind }) => kind === 'wrong')).toHaveLength(QUICK_VERIFY.policy.maxChecks);
    const row = await world.database.row<{ checks_used: number; status: string }>(
      'SELECT checks_used, status FROM verifications WHERE id = $1',
      [id],
    );
    expect(row).toEqual({ checks_used: QUICK_VERIFY.policy.maxChecks, status: 'FAILED' });
  });

  it('accept a code once, and the same check again after its answer was lost', async () => {
    const { id, code } = await start();
    const ids = Array.from({ length: 60 }, () => randomUUID());
    const check = (checkId: string) => checkCode(deps, { verificationId: id, checkId, codeHash: hashOf(id, code) });
    const replies = await Promise.all(ids.map(check));
    expect(replies.filter(({ kind }) => kind === 'accepted')).toHaveLength(1);
    const accepted = ids[replies.findIndex(({ kind }) => kind === 'accepted')]!;
    expect(await check(accepted)).toMatchObject({ kind: 'accepted', status: 'VERIFIED' });
    expect(await check(randomUUID())).toMatchObject({ kind: 'over', status: 'VERIFIED' });
  });

  it('are answered as they were when they are made again, and count once each', async () => {
    const { id, code } = await start();
    const checks = Array.from({ length: 60 }, (_, nth) => ({
      verificationId: id,
      checkId: randomUUID(),
      codeHash: hashOf(id, String((Number(code) + 1 + nth) % 1_000_000).padStart(6, '0')),
    }));
    const { maxChecks } = QUICK_VERIFY.policy;
    // All but the last of the budget are in doubt at once, then all that there ever were.
    const early = checks.slice(0, maxChecks - 1);
    const before = await Promise.all(early.map((check) => checkCode(deps, check)));
    expect(before.map(({ kind }) => kind)).toEqual(early.map(() => 'wrong'));
    expect(await Promise.all(early.map((check) => checkCode(deps, check)))).toEqual(before);
    const first = await Promise.all(checks.map((check) => checkCode(deps, check)));
    expect(first.slice(0, maxChecks - 1)).toEqual(before);
    expect(await Promise.all(checks.map((check) => checkCode(deps, check)))).toEqual(first);
    const wrong = first.filter(({ kind }) => kind === 'wrong');
    expect(wrong.map(({ checksRemaining }) => checksRemaining).toSorted((a, b) => a - b)).toEqual([...Array(maxChecks).keys()]);
    expect(wrong.filter(({ status }) => status === 'FAILED')).toHaveLength(1);
    expect(await world.reasons(id)).toEqual([
      'PENDING requested',
      'PENDING code_sent',
      ...Array.from({ length: maxChecks - 1 }, () => 'PENDING wrong_code'),
      'FAILED checks_used_up',
    ]);
  });

  it('are known again also beside others that were counted before checks were named', async () => {
    const { id, code } = await start();
    const check = { verificationId: id, checkId: randomUUID(), codeHash: hashOf(id, code === '000000' ? '111111' : '000000') };
    await world.database.run('UPDATE verifications SET checks_used = 1 WHERE id = $1', [id]);
    const told = { kind: 'wrong', status: 'PENDING', checksRemaining: QUICK_VERIFY.policy.maxChecks - 2 };
    expect(await checkCode(deps, check)).toEqual(told);
    expect(await checkCode(deps, check)).toEqual(told);
    const right = { verificationId: id, checkId: randomUUID(), codeHash: hashOf(id, code) };
    const accepted = { kind: 'accepted', status: 'VERIFIED', checksRemaining: QUICK_VERIFY.policy.maxChecks - 3 };
    expect(await checkCode(deps, right)).toEqual(accepted);
    expect(await checkCode(deps, right)).toEqual(accepted);
    expect(await checkCode(deps, check)).toEqual(told);
  });

  it('keep one verification open of a number and purpose', async () => {
    const to = phone();
    const opened = await Promise.all(
      Array.from({ length: 12 }, () => {
        const wanted = request(to);
        return openVerification(deps, wanted, { workflowId: `verification/${wanted.verificationId}`, runId: randomUUID() });
      }),
    );
    expect(opened.filter(({ kind }) => kind === 'opened')).toHaveLength(1);
    const ids = new Set(opened.flatMap((one) => (one.kind === 'answered' ? [one.verificationId] : [])));
    expect(ids.size).toBe(1);
    const shown = (await (await world.client.fetch(`/v1/verifications/${[...ids][0]!}`)).json()) as Shown;
    expect(shown.status).toBe('PENDING');
  });
});

describe('what verifications may cost', () => {
  it('is counted as their messages say: the ceiling of what is under way, the price of what is not', async () => {
    await expect.poll(() => spendDifferences(world.database)).toEqual([]);
    const rows = await world.database.rows<{ scope: string }>('SELECT scope FROM verification_spend');
    expect(rows.map(({ scope }) => scope)).toEqual(['all', 'all']);
    expect(await world.problems()).toEqual([]);
  });
});
