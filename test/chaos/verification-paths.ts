import { setTimeout as sleep } from 'node:timers/promises';
import type { Stack } from '../stack/stack.js';
import { CHANNEL_CARRIERS } from './channels.js';
import { insist } from './clients.js';
import type { Mailbox } from './mailbox.js';
import { createTrail } from './trail.js';
import type { AcceptedCheck, VerifierReport } from './verifiers.js';

/** One way of a verification, whose boundaries are died at. */
export interface VerificationPath {
  /** Traps of carriers that are set before, and taken away after it. */
  readonly traps?: Readonly<Partial<Record<keyof typeof CHANNEL_CARRIERS, readonly object[]>>>;
  /** What is another path's: nobody dies meanwhile. */
  before?(walker: Walker): Promise<void>;
  /** Goes to its end, asking again whatever is not answered. */
  walk(walker: Walker): Promise<void>;
  /** Parts of names of boundaries that are died at on this path as well, though a path before it crosses them. */
  readonly own?: readonly string[];
  /** Milliseconds that `before` takes, where it does nothing but wait: the next ones are begun that early. */
  readonly waits?: number;
}

/** How a verification is configured here; a path longer than that would be about something else. Seconds. */
export const VALIDITY_S = 45;
const CHECKS = 3;
/** A walk whose process died goes on when it runs again, and may take as long as Temporal needs to notice. */
const PATIENCE_MS = 100_000;
const ASK_MS = 25_000;

/** Every path of a verification, by name. */
export const VERIFICATION_PATHS = {
  'verify: the right code': {
    walk: async (walker) => {
      await walker.start();
      await walker.accepts(await walker.code(1));
    },
  },
  'verify: wrong codes until the budget is used up': {
    before: async (walker) => {
      await walker.start();
      const code = await walker.code(1);
      for (let nth = 1; nth < CHECKS; nth += 1) await walker.refuses(other(code, nth), 'PENDING');
    },
    walk: async (walker) => {
      const code = await walker.code(1);
      await walker.refuses(other(code, CHECKS), 'FAILED');
      // None is right any more.
      await walker.refuses(code, 'FAILED');
    },
    own: ['checkCode', 'checkTheCode', 'closeVerification'],
  },
  'verify: another code, and the first one typed': {
    before: async (walker) => {
      await walker.start();
      await walker.code(1);
    },
    walk: async (walker) => {
      await walker.resend();
      await walker.code(2);
      await walker.accepts(await walker.code(1));
    },
  },
  'verify: a channel that fails': {
    traps: { first: [{ name: 'undelivered' }], second: [{ name: 'undelivered' }] },
    walk: async (walker) => {
      await walker.start(['sms', 'whatsapp']);
      await walker.accepts(await walker.codeBy('chat'));
    },
  },
  'verify: a channel that is silent': {
    traps: { first: [{ name: 'no_receipt' }], second: [{ name: 'no_receipt' }] },
    before: async (walker) => {
      await walker.start(['sms', 'whatsapp']);
      await walker.code(1);
    },
    walk: async (walker) => walker.accepts(await walker.codeBy('chat')),
    own: ['sendByNextChannel'],
  },
  'verify: taken back': {
    before: async (walker) => {
      await walker.start();
      await walker.code(1);
    },
    walk: async (walker) => {
      await walker.cancel();
      await walker.refuses(await walker.code(1), 'CANCELLED');
    },
    own: ['closeVerification'],
  },
  'verify: taken back before its message is begun': {
    // Its channel is another's: whatever of its message is crossed is crossed at once.
    walk: async (walker) => {
      await Promise.all([walker.start(), walker.cancel()]);
      await walker.ends('CANCELLED');
    },
    own: ['openVerification, transaction', 'openMessage, transaction'],
  },
  'verify: its time is over': {
    before: async (walker) => {
      await walker.start();
      await walker.code(1);
      await sleep((VALIDITY_S - 4) * 1_000);
    },
    walk: async (walker) => {
      await walker.ends('EXPIRED');
      await walker.refuses(await walker.code(1), 'EXPIRED');
    },
    own: ['closeVerification'],
    waits: VALIDITY_S * 1_000,
  },
} as const satisfies Record<string, VerificationPath>;

export type VerificationPathName = keyof typeof VERIFICATION_PATHS;

/** One client and its phone. */
export interface Walker {
  /** The verification's id, before anything is sent. */
  readonly id: string;
  start(channels?: readonly string[]): Promise<void>;
  resend(): Promise<void>;
  cancel(): Promise<void>;
  /** The first code, the second, … as they arrived. */
  code(nth: number): Promise<string>;
  codeBy(carrier: keyof typeof CHANNEL_CARRIERS): Promise<string>;
  /** A right code: it is right again under the same key, under no other. */
  accepts(code: string): Promise<void>;
  /** A code that is not right, or not any more. */
  refuses(code: string, status: string): Promise<void>;
  /** Waits until it is over. */
  ends(status: string): Promise<void>;
  /** Ids of its messages. */
  messages(): Promise<string[]>;
  /** What it learned. */
  report(): VerifierReport;
}

/** A code that is not `code`. */
function other(code: string, more: number): string {
  return String((Number(code) + more) % 10 ** code.length).padStart(code.length, '0');
}

let phones = 0;

interface Answer {
  readonly id?: string;
  readonly status?: string;
  readonly success?: boolean;
}

/** A client that walks one path with a phone of its own, always with the same keys. */
export function createWalker(stack: Stack, mailbox: Mailbox, key: string, id: string): Walker {
  const to = `+1415555${3_000 + (phones += 1)}`;
  const accepted: AcceptedCheck[] = [];
  const unanswered: string[] = [];
  const problems: string[] = [];
  let started = false;
  let checks = 0;
  const wrong = (what: string) => void problems.push(`verification ${id}: ${what}`);

  async function ask(path: string, json: object, askKey: string): Promise<{ readonly status: number; readonly body: Answer } | null> {
    const trail = createTrail(stack, `${path} with ${askKey}`);
    const answer = await insist(Date.now() + PATIENCE_MS, async () => {
      const response = await trail.fetch(path, {
        json,
        headers: { 'idempotency-key': askKey },
        signal: AbortSignal.timeout(ASK_MS),
      });
      if (response.status >= 500 || response.status === 429) return null;
      return { status: response.status, body: (await response.json()) as Answer };
    });
    if (answer === null) unanswered.push(trail.text());
    return answer;
  }
  const check = (code: string, checkKey: string) => ask(`/v1/verifications/${id}/check`, { code }, checkKey);
  const codes = async (atLeast: number): Promise<readonly string[]> => {
    const came = await mailbox.waitFor(to, atLeast, Date.now() + PATIENCE_MS);
    if (came.length < atLeast) throw new Error(`verification ${id}: ${came.length} of ${atLeast} codes came`);
    return came;
  };

  return {
    id,
    async start(channels) {
      const answer = await ask('/v1/verifications', { to, purpose: 'login', ...(channels && { channels }) }, key);
      started = answer?.body.id === id;
      if (!started) wrong(`its start was answered ${JSON.stringify(answer)}`);
    },
    async resend() {
      // Twice, as a client does that cannot know whether it was heard.
      for (let time = 0; time < 2; time += 1) {
        const answer = await ask(`/v1/verifications/${id}/resend`, {}, `${key}-resend`);
        if (answer?.status !== 202) wrong(`its resend was answered ${JSON.stringify(answer)}`);
      }
    },
    async cancel() {
      const trail = createTrail(stack, `/v1/verifications/${id}/cancel`);
      const answer = await insist(Date.now() + PATIENCE_MS, async () => {
        const response = await trail.fetch(`/v1/verifications/${id}/cancel`, { json: {}, signal: AbortSignal.timeout(ASK_MS) });
        // It may not be there yet.
        return response.status >= 500 || response.status === 404 ? null : response.status;
      });
      if (answer === null) unanswered.push(trail.text());
      else if (answer !== 200) wrong(`its cancel was answered ${answer}`);
    },
    code: async (nth) => (await codes(nth))[nth - 1]!,
    async codeBy(carrier) {
      for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(100)) {
        const [newest] = mailbox.codesBy(carrier, to).slice(-1);
        if (newest !== undefined) return newest;
      }
      throw new Error(`verification ${id}: no code came by ${carrier}`);
    },
    async accepts(code) {
      const answers = [await check(code, `${key}-right`), await check(code, `${key}-right`)];
      for (const answer of answers) if (answer?.body.success !== true) wrong(`a right code was answered ${JSON.stringify(answer)}`);
      if (answers.some((answer) => answer?.body.success === true)) accepted.push({ key: `${key}-right`, code });
      const again = await check(code, `${key}-once-more`);
      if (again?.body.success === true) accepted.push({ key: `${key}-once-more`, code });
    },
    async refuses(code, status) {
      checks += 1;
      const answer = await check(code, `${key}-wrong-${checks}`);
      if (answer?.body.success === true) accepted.push({ key: `${key}-wrong-${checks}`, code });
      if (answer?.body.success !== false || answer.body.status !== status)
        wrong(`a wrong code was answered ${JSON.stringify(answer)} instead of ${status}`);
    },
    async ends(status) {
      let last = 'not there';
      for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(200)) {
        const row = await stack.sql.row<{ status: string }>('SELECT status FROM verifications WHERE id = $1', [id]).catch(() => null);
        last = row?.status ?? last;
        if (last !== 'PENDING' && last !== 'not there') break;
      }
      if (last !== status) wrong(`it ended as ${last} instead of ${status}`);
    },
    messages: async () =>
      (await stack.sql.rows<{ id: string }>('SELECT id FROM verification_sends WHERE verification_id = $1', [id])).map((row) => row.id),
    report: () => ({ plan: 'right', to, id: started ? id : null, accepted, unanswered, problems }),
  };
}

/** Sets the traps of a path. */
export async function setTraps(stack: Stack, { traps = {} }: VerificationPath): Promise<void> {
  for (const [carrier, those] of Object.entries(traps)) for (const trap of those) await stack.control(carrier, 'POST', '/traps', trap);
}

/** Takes all traps of carriers away. */
export async function clearTraps(stack: Stack): Promise<void> {
  await Promise.all(Object.keys(CHANNEL_CARRIERS).map((carrier) => stack.control(carrier, 'DELETE', '/traps')));
}
