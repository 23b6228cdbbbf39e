import { mkdtempSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkLedger } from '../../src/ledger/check.js';
import { readInstallationSecret } from '../../src/main/installation.js';
import { activationIdOf } from '../../src/temporal/activation-ids.js';
import { settleVerifications } from '../chaos/calm.js';
import { CHANNEL_CARRIERS, type Channels, startChannels } from '../chaos/channels.js';
import { insist } from '../chaos/clients.js';
import { codeIn } from '../chaos/mailbox.js';
import { lookAfter, type Processes } from '../chaos/processes.js';
import { verificationDifferences } from '../chaos/verification-reckoning.js';
import { verifyingFile } from '../chaos/verifiers.js';
import { type Stack, startStack } from '../stack/stack.js';

/**
 * Worker or API die at one boundary of a verification's path after the other (test/chaos/boundaries.mjs), and are started again
 * as a supervisor would. Clients ask again with the same keys. Each walk goes on while the next one's process dies.
 */
let stack: Stack;
let processes: Processes;
let channels: Channels;
let secret: Uint8Array;
let accountId: string;
const folder = mkdtempSync(join(tmpdir(), 'watchword-deaths-'));
const PATIENCE_MS = 110_000;
/** Longer than all the deaths together: each is one more ten seconds until the engine gives a task to another worker. */
const VALIDITY_S = 90;

interface Shown {
  readonly id: string;
  readonly status: string;
  readonly codes_sent: number;
}
interface Checked {
  readonly success: boolean;
  readonly status: string;
  readonly checks_remaining: number;
}
interface Text {
  readonly to: string;
  readonly text: string;
  readonly at: number;
}

beforeAll(async () => {
  channels = await startChannels(folder);
  const { verify, fraud } = verifyingFile(VALIDITY_S);
  const started = await startStack({
    providers: [{ id: 'herosms' }],
    envOf: (name) => ({
      NODE_OPTIONS: `--import ${new URL('../chaos/boundaries.mjs', import.meta.url).href}`,
      CHAOS_BOUNDARIES: join(folder, name),
    }),
    file: {
      verify: { ...verify, channel_timeout_seconds: 2 },
      fraud,
      carriers: channels.accounts,
    },
  });
  stack = channels.among(started);
  processes = lookAfter(stack, null);
  secret = await readInstallationSecret(stack.sql);
  accountId = (await stack.sql.row<{ account_id: string }>("SELECT account_id FROM api_keys WHERE role = 'client'"))!.account_id;
}, 180_000);
afterAll(async () => {
  await processes.stop();
  await stack.close();
  await channels.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

let walks = 0;

/** One client and its phone. */
function walker() {
  const nth = (walks += 1);
  const key = `walk-${nth}`;
  const to = `+1415555${6_000 + nth}`;
  const id = activationIdOf(secret, accountId, 'verifications', key);
  const ask = async <T>(path: string, json: object, askKey: string): Promise<T> => {
    const answer = await insist(Date.now() + PATIENCE_MS, async () => {
      const response = await stack.fetch(path, {
        json,
        headers: { 'idempotency-key': askKey },
        signal: AbortSignal.timeout(25_000),
      });
      if (response.status >= 500) return null;
      const body = (await response.json()) as T;
      return { ok: response.ok, body };
    });
    if (answer === null) throw new Error(`${path} was never answered: ${stack.logged.slice(-10).join('\n')}`);
    if (!answer.ok) throw new Error(`${path} was refused: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  return {
    id,
    start: (request: object = {}) => ask<Shown>('/v1/verifications', { to, ...request }, key),
    resend: () => ask<Shown>(`/v1/verifications/${id}/resend`, {}, `${key}-resend`),
    check: (code: string, which = 'check') => ask<Checked>(`/v1/verifications/${id}/check`, { code }, `${key}-${which}`),
    shown: async () => (await (await stack.fetch(`/v1/verifications/${id}`)).json()) as Shown,
    async codes(atLeast: number): Promise<string[]> {
      for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(100)) {
        const read = await Promise.all(
          Object.keys(CHANNEL_CARRIERS).map((id) => stack.control(id, 'GET', '/books') as Promise<{ messages: Text[] }>),
        );
        const mine = read
          .flatMap(({ messages }) => messages)
          .filter((text) => text.to.replaceAll(/\D/g, '') === to.slice(1))
          .toSorted((a, b) => a.at - b.at)
          .flatMap(({ text }) => codeIn(text) ?? []);
        if (mine.length >= atLeast) return mine;
      }
      throw new Error(`fewer than ${atLeast} codes went to ${to}: ${stack.logged.slice(-10).join('\n')}`);
    },
  };
}
type Walker = ReturnType<typeof walker>;

/** Has `name` die at a boundary: of this verification where its name is known there, else of the next that crosses it. */
function arm(name: 'worker' | 'api', at: string, verificationId: string | null): void {
  writeFileSync(join(folder, `${name}.armed`), JSON.stringify({ at, activation: verificationId }));
}

async function died(name: 'worker' | 'api', withinMs = 30_000): Promise<void> {
  const armed = join(folder, `${name}.armed`);
  for (const deadline = Date.now() + withinMs; existsSync(armed) && Date.now() < deadline;) await sleep(20);
  if (existsSync(armed)) {
    const at = readFileSync(armed, 'utf8');
    rmSync(armed);
    throw new Error(`${name} never came to: ${at}\n${seen(name)}`);
  }
  for (const deadline = Date.now() + 3_000; stack.runs(name) && Date.now() < deadline;) await sleep(20);
  await sleep(150);
  await processes.settled();
}

/** What was crossed last, for a boundary that was renamed. */
function seen(name: 'worker' | 'api'): string {
  const lines = readFileSync(join(folder, `${name}.seen`), 'utf8')
    .trimEnd()
    .split('\n');
  return [...new Set(lines.map((line) => line.slice(line.indexOf(' ') + 1)))].slice(-60).join('\n');
}

const verified = async (walk: Walker, code: string) => {
  expect(await walk.check(code)).toMatchObject({ success: true, status: 'VERIFIED' });
  // The same check again, and the same code as another check.
  expect(await walk.check(code)).toMatchObject({ success: true });
  expect(await walk.check(code, 'another')).toMatchObject({ success: false, status: 'VERIFIED' });
};
const started = async (request: object = {}) => {
  const walk = walker();
  await walk.start(request);
  return walk;
};
const byFirstCode = async (walk: Walker) => {
  await walk.start();
  const codes = await walk.codes(1);
  expect(codes).toHaveLength(1);
  await verified(walk, codes[0]!);
};

describe('a verification whose worker or API dies', () => {
  const going: Promise<unknown>[] = [];
  /** The walk is awaited at the end; the death at once. */
  async function dies(name: 'worker' | 'api', walk: Promise<unknown>, withinMs?: number): Promise<void> {
    going.push(walk);
    walk.catch(() => {});
    await died(name, withinMs);
  }

  let silent: { readonly walk: Walker; readonly code: string };

  it('that nobody checks is there from the beginning', async () => {
    const walk = await started();
    silent = { walk, code: (await walk.codes(1))[0]! };
  });

  it('after its row is committed, before the engine knows', async () => {
    const walk = walker();
    arm('worker', 'openVerification, transaction openVerification: after COMMIT', walk.id);
    await dies('worker', byFirstCode(walk));
  });

  it('before its start is answered', async () => {
    const walk = walker();
    arm('api', 'answer to POST /v1/verifications: before', null);
    await dies('api', byFirstCode(walk));
  });

  it('between the hash of its code and the carrier', async () => {
    const walk = walker();
    arm('worker', 'sendMessage, transaction openTry: after COMMIT', null);
    // That try was begun and is never sent: another, with a code of its own, takes its place.
    await dies('worker', byFirstCode(walk));
  });

  it('between the carrier and its row', async () => {
    const walk = walker();
    arm('worker', 'sendMessage, messages reply: received', null);
    await dies('worker', byFirstCode(walk));
  });

  it('between an accepted check and its answer, in the worker', async () => {
    const walk = await started();
    const [code] = await walk.codes(1);
    arm('worker', 'checkCode, transaction checkCode: after COMMIT', walk.id);
    await dies('worker', verified(walk, code!));
  });

  it('between a wrong check and its answer, in the worker', async () => {
    const walk = await started();
    const [code] = await walk.codes(1);
    arm('worker', 'checkCode, transaction checkCode: after COMMIT', walk.id);
    const mistyped = async () => {
      expect(await walk.check(code === '000000' ? '111111' : '000000', 'wrong')).toMatchObject({ success: false, checks_remaining: 2 });
      await verified(walk, code!);
      const counted = 'SELECT checks_used FROM verifications WHERE id = $1';
      expect(await stack.sql.row(counted, [walk.id])).toEqual({ checks_used: 2 });
    };
    await dies('worker', mistyped());
  });

  it('between an accepted check and its answer, in the API', async () => {
    const walk = await started();
    const [code] = await walk.codes(1);
    arm('api', 'answer to POST /v1/verifications/:id/check: before', null);
    await dies('api', verified(walk, code!));
  });

  it.each(['before', 'after'])('between VERIFIED and its close, %s that is committed', async (when) => {
    const walk = await started();
    const [code] = await walk.codes(1);
    arm('worker', `closeVerification, transaction closeVerification: ${when} COMMIT`, walk.id);
    await dies('worker', verified(walk, code!));
  });

  it('after another code was written, before the engine knows', async () => {
    const walk = await started();
    await walk.codes(1);
    arm('worker', 'resendCode, transaction resendCode: after COMMIT', walk.id);
    const again = async () => {
      await walk.resend();
      const codes = await walk.codes(2);
      await walk.resend();
      expect((await walk.shown()).codes_sent).toBe(2);
      await verified(walk, codes[0]!);
    };
    await dies('worker', again());
  });

  it('at the change of its channel', async () => {
    for (const carrier of ['first', 'second']) await stack.control(carrier, 'POST', '/traps', { name: 'no_receipt' });
    const walk = walker();
    arm('worker', 'sendByNextChannel, transaction resendCode: after COMMIT', walk.id);
    const changed = async () => {
      await walk.start({ channels: ['sms', 'whatsapp'] });
      const codes = await walk.codes(2);
      expect(codes).toHaveLength(2);
      await verified(walk, codes[1]!);
      expect((await walk.shown()).codes_sent).toBe(2);
    };
    await dies('worker', changed());
    for (const carrier of ['first', 'second']) await stack.control(carrier, 'DELETE', '/traps');
  });

  it('at its deadline', async () => {
    const { walk, code } = silent;
    arm('worker', 'closeVerification, transaction closeVerification: after COMMIT', walk.id);
    const expired = async () => {
      await expect.poll(async () => (await walk.shown()).status, { timeout: PATIENCE_MS }).toBe('EXPIRED');
      expect(await walk.check(code)).toMatchObject({ success: false, status: 'EXPIRED' });
    };
    await dies('worker', expired(), VALIDITY_S * 1_000);
  });

  it('is proven once or over, is paid for once, and leaves nothing open', async () => {
    await Promise.all(going);
    await settleVerifications(stack, PATIENCE_MS);
    const { problems } = await verificationDifferences(stack, []);
    expect(problems).toEqual([]);
    expect(processes.endedByThemselves.length).toBeGreaterThanOrEqual(12);
    // Of a try that was never sent, or that nobody told us of, the money waits for the end of its message.
    await expect
      .poll(() => stack.sql.row("SELECT activation_id FROM holds WHERE settled_at IS NULL AND purpose = 'message'"), {
        timeout: PATIENCE_MS,
      })
      .toBeNull();
    const twice = await stack.sql.rows(
      "SELECT activation_id FROM transfers WHERE kind IN ('capture', 'late_capture') GROUP BY 1 HAVING count(*) > 1",
    );
    expect(twice).toEqual([]);
    const { verdict, problems: differences } = await checkLedger(stack.sql);
    expect({ verdict, differences }).toEqual({ verdict: 'clean', differences: [] });
  }, 240_000);
});
