import { setTimeout as sleep } from 'node:timers/promises';
import type { Stack } from '../stack/stack.js';
import { insist, type Patience } from './clients.js';
import type { Dice } from './dice.js';
import { type Mailbox, openMailbox } from './mailbox.js';
import { createTrail } from './trail.js';

/** What a person does with the code. */
const PLANS = ['right', 'wrong then right', 'wrong only', 'resend', 'join', 'cancel', 'silence'] as const;
type Plan = (typeof PLANS)[number] | 'flood';

/** Who verifies phones in a run, and over which time. */
export interface Verifying {
  /** Begins each of its idempotency keys. */
  readonly key: string;
  readonly count: number;
  /** Verifications that are checked two hundred times at once, beside the others. */
  readonly floods: number;
  /** Milliseconds over which they are started. */
  readonly spanMs: number;
  readonly patience: Patience;
}

/** A check that was answered well. */
export interface AcceptedCheck {
  readonly key: string;
  readonly code: string;
}

/** What one client learned of a verification. */
export interface VerifierReport {
  readonly plan: Plan;
  readonly to: string;
  /** Null where it was refused for good. */
  readonly id: string | null;
  /** Every check that was answered `success: true`; more than one is a code that was accepted twice. */
  readonly accepted: readonly AcceptedCheck[];
  /** Requests that never got an answer to act on, with what came instead. */
  readonly unanswered: readonly string[];
  /** What no answer may be. */
  readonly problems: readonly string[];
}

interface Checked {
  readonly success: boolean;
  readonly status: string;
}

/**
 * How an installation is configured for this: the rules that count what one person may ask for are no subject here, and what is
 * spent is counted in every way it can be.
 */
export function verifyingFile(validitySeconds: number): { readonly fraud: object; readonly verify: object } {
  return {
    verify: {
      brand: 'Acme',
      validity_seconds: validitySeconds,
      resend_after_seconds: 0,
      spend: { day: '1000', month: '1000', account_day: '1000', account_month: '1000' },
    },
    fraud: { cooldown: { mode: 'off' }, number_sends: { mode: 'off' }, unverified_budget: { mode: 'off' } },
  };
}

const FLOOD = 200;
const ASK_MS = 30_000;
/** After which a person types what did not come. On a machine that is busy with restarts, codes take longer than on a phone. */
const ARRIVES_WITHIN_MS = 60_000;

let numbers = 0;
/** No two runs in one database share a phone, and none is of the range that films use. */
const nextPhone = () => `+1415555${String(2_000 + (numbers += 1)).padStart(4, '0')}`;

/** Honest clients that verify a phone each, asking until they are answered, always with the same key for the same wish. */
export async function runVerifiers(stack: Stack, dice: Dice, verifying: Verifying): Promise<readonly VerifierReport[]> {
  const { key, count, floods, spanMs } = verifying;
  const mailbox = openMailbox(stack);
  try {
    return await Promise.all(
      Array.from({ length: count + floods }, async (_unused, index) => {
        const own = dice.of(`verifier ${index}`);
        await sleep(own.upTo(spanMs));
        const plan = index < count ? PLANS[index % PLANS.length]! : 'flood';
        return verify({ stack, mailbox, dice: own, key: `${key}-${index}`, patience: verifying.patience }, plan);
      }),
    );
  } finally {
    await mailbox.stop();
  }
}

interface Verifier {
  readonly stack: Stack;
  readonly mailbox: Mailbox;
  readonly dice: Dice;
  readonly key: string;
  readonly patience: Patience;
}

async function verify(verifier: Verifier, plan: Plan): Promise<VerifierReport> {
  const { mailbox, dice, key } = verifier;
  const to = nextPhone();
  const accepted: AcceptedCheck[] = [];
  const problems: string[] = [];
  const unanswered: string[] = [];
  let id: string | null = null;
  const report = (): VerifierReport => ({ plan, to, id, accepted, unanswered, problems });
  const lost = (trail: string) => void unanswered.push(trail);
  const check = async (code: string, checkKey: string) => {
    // Whoever was not answered goes away.
    if (unanswered.length > 0) return null;
    const checked = await checkUntilAnswered(verifier, id!, code, checkKey, lost);
    if (checked?.success === true) accepted.push({ key: checkKey, code });
    return checked;
  };

  const started = await post(verifier, '/v1/verifications', { to, purpose: 'login' }, key, lost);
  if (started === null || started.id === undefined) return report();
  ({ id } = started);
  if (plan === 'silence') return report();
  if (plan === 'cancel') {
    await sleep(dice.upTo(2_000));
    await post(verifier, `/v1/verifications/${id}/cancel`, {}, null, lost);
    return report();
  }
  if (plan === 'join') {
    const joined = await post(verifier, '/v1/verifications', { to, purpose: 'login' }, `${key}-join`, lost);
    // Where it was over by then, another has begun, and the codes that come belong to either.
    if (joined?.id !== undefined) id = joined.id;
  }
  if (plan === 'resend') await post(verifier, `/v1/verifications/${id}/resend`, {}, `${key}-resend`, lost);
  const codes = await mailbox.waitFor(to, plan === 'resend' ? 2 : 1, Date.now() + ARRIVES_WITHIN_MS);
  const code = dice.pick(codes.length === 0 ? ['000000'] : codes);
  await sleep(dice.upTo(1_500));
  const wrong = (nth: number) => {
    const all = new Set(mailbox.codesTo(to));
    const codeOf = (more: number) => String((Number(code) + more) % 1_000_000).padStart(6, '0');
    let more = nth + 1;
    while (all.has(codeOf(more))) more += 7;
    return codeOf(more);
  };
  if (plan === 'flood') {
    const at = dice.upTo(FLOOD);
    await Promise.all(
      Array.from({ length: FLOOD }, (_, nth) => check(nth === at || nth === at + 1 ? code : wrong(nth), `${key}-flood-${nth}`)),
    );
    return report();
  }
  if (plan === 'wrong only') {
    for (let nth = 0; nth < 4; nth += 1) await check(wrong(nth), `${key}-wrong-${nth}`);
    return report();
  }
  if (plan === 'wrong then right') await check(wrong(0), `${key}-wrong`);
  const checked = await check(code, `${key}-right`);
  // Nobody else types a code of this phone: what was accepted is said to be, whatever was lost on the way.
  if (checked?.status === 'VERIFIED' && !checked.success) problems.push(`verification ${id} is VERIFIED by a check that was called wrong`);
  await check(code, `${key}-twice`);
  return report();
}

/** After the storm: the same check answers the same, and the same code under another key is refused. */
export async function repeatChecks(stack: Stack, reports: readonly VerifierReport[], patience: Patience): Promise<string[]> {
  const problems = await Promise.all(
    reports.map(async ({ id, accepted }) => {
      const [first] = accepted;
      if (id === null || first === undefined) return [];
      const again = await checkUntilAnswered({ stack, patience }, id, first.code, first.key);
      const other = await checkUntilAnswered({ stack, patience }, id, first.code, `${first.key}-once-more`);
      return [
        ...(again?.success === true
          ? []
          : [`verification ${id}: an accepted check was answered ${JSON.stringify(again)} when it was repeated`]),
        ...(other?.success === false ? [] : [`verification ${id}: a used code was answered ${JSON.stringify(other)}`]),
      ];
    }),
  );
  return problems.flat();
}

/** @returns null without an answer, and `lost` is told. */
async function checkUntilAnswered(
  by: Pick<Verifier, 'stack' | 'patience'>,
  id: string,
  code: string,
  key: string,
  lost: (trail: string) => void = () => {},
): Promise<Checked | null> {
  const trail = createTrail(by.stack, `a check of verification ${id} with ${key}`);
  const answer = await insist(by.patience(), async () => {
    const response = await trail.fetch(`/v1/verifications/${id}/check`, {
      json: { code },
      headers: { 'idempotency-key': key },
      signal: AbortSignal.timeout(ASK_MS),
    });
    return response.status === 200 ? ((await response.json()) as Checked) : null;
  });
  if (answer === null) lost(trail.text());
  return answer;
}

/** @returns an object without an id where it was refused for good; null without an answer, and `lost` is told. */
async function post(
  by: Pick<Verifier, 'stack' | 'patience'>,
  path: string,
  json: object,
  key: string | null,
  lost: (trail: string) => void,
): Promise<{ readonly id?: string } | null> {
  const trail = createTrail(by.stack, `${path} with ${key ?? 'no key'}`);
  const answer = await insist(by.patience(), async () => {
    const response = await trail.fetch(path, {
      json,
      headers: key === null ? {} : { 'idempotency-key': key },
      signal: AbortSignal.timeout(ASK_MS),
    });
    const body = (await response.json().catch(() => ({}))) as { id?: string };
    if (response.ok) return { id: body.id! };
    return response.status < 500 && response.status !== 429 ? {} : null;
  });
  if (answer === null) lost(trail.text());
  return answer;
}
