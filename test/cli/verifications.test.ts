import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CliError } from '../../src/cli/exit.js';
import type { Session } from '../../src/cli/session.js';
import { verificationCommands } from '../../src/cli/verifications.js';
import { until } from '../rent/world.js';
import { startStack, type Stack } from '../stack/stack.js';
import { run } from './command.js';
import { loseFirstAnswer } from './losing-server.js';

const TEST_NUMBER = '+14155550100';
const TEST_CODE = '271828';
let stack: Stack;
let env: Record<string, string>;
let phones = 0;

beforeAll(async () => {
  stack = await startStack({
    providers: [],
    carriers: [{ dialect: 'json' }],
    file: {
      verify: {
        resend_after_seconds: 0,
        test_numbers: [{ number: TEST_NUMBER, code: TEST_CODE }],
        templates: [
          {
            id: 'ours',
            channel: 'sms',
            purpose: 'login',
            locales: { de: [{ id: 'plain', text: '{{brand}}: Ihr Code lautet {{code}}, {{minutes}} Minuten.' }] },
          },
        ],
      },
      fraud: { cooldown: { mode: 'off' } },
    },
  });
  env = { WATCHWORD_URL: stack.url, WATCHWORD_API_KEY: stack.clientKey };
});
afterAll(() => stack?.close());

const nextPhone = () => `+1415555${String(1_000 + ++phones)}`;
const watchword = (...args: string[]) => run(['verify', ...args], env);
const json = async <T>(...args: string[]): Promise<T> => {
  const { code, stdout, stderr } = await watchword(...args, '--json');
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  return JSON.parse(stdout) as T;
};

interface Shown {
  readonly id: string;
  readonly status: string;
  readonly codes_sent: number;
}

/** The texts that reached a phone, newest last. */
async function textsTo(to: string, count: number): Promise<string[]> {
  let texts: string[] = [];
  await until(
    async () => {
      const { messages } = (await stack.control('simulated-json', 'GET', '/books')) as { messages: { to: string; text: string }[] };
      texts = messages.filter((message) => `+${message.to.replace(/^\+/, '')}` === to).map(({ text }) => text);
      return texts.length >= count;
    },
    20_000,
    () => Promise.resolve(stack.logged.slice(-10).join('\n')),
  );
  return texts;
}
const codeOf = (text: string) => /\d{6}/.exec(text)![0];
const wrong = (code: string) => code.replace(/^./, (first) => String((Number(first) + 1) % 10));

describe('verify', () => {
  test('sends a code in the words of the configuration, and checks it', async () => {
    const to = nextPhone();
    const begun = await json<Shown>(
      'start',
      to,
      '--purpose',
      'login',
      '--locale',
      'de-CH',
      '--brand',
      'Acme',
      '--web-otp-domain',
      'acme.example',
    );
    expect(begun).toMatchObject({ status: 'PENDING', to, purpose: 'login' });
    const [text] = await textsTo(to, 1);
    const code = codeOf(text!);
    expect(text).toBe(`Acme: Ihr Code lautet ${code}, 10 Minuten.\n@acme.example #${code}`);

    const missed = await watchword('check', begun.id, wrong(code));
    expect(missed).toMatchObject({ code: 9, stdout: expect.stringMatching(/verified +no\nstatus +PENDING\nchecks left +2/) });
    expect(missed.stderr).toContain('That is not the code; checks left: 2.');
    // The same check under the same key is no second one.
    const key = randomUUID();
    for (let time = 0; time < 2; time += 1) {
      const again = await watchword('check', begun.id, wrong(wrong(code)), '--key', key, '--json');
      expect([again.code, JSON.parse(again.stdout)]).toEqual([9, expect.objectContaining({ verified: false, checks_remaining: 1 })]);
    }
    expect(await watchword('check', begun.id, '12')).toMatchObject({ code: 2, stderr: expect.stringContaining('The code has 6 digits.') });
    expect(await json('check', begun.id, `${code.slice(0, 3)} ${code.slice(3)}`)).toMatchObject({ verified: true, status: 'VERIFIED' });
    expect(await json('show', begun.id)).toMatchObject({ status: 'VERIFIED', checks_remaining: 0 });

    const report = await stack.fetch('/v1/operator/verifications/templates', { key: stack.operatorKey });
    expect(await report.json()).toMatchObject({
      items: [{ template: 'ours', variant: 'plain', locale: 'de', channel: 'sms', sent: 1, verified: 1, open: 0, rate: 1 }],
    });

    const { stdout: story } = await watchword('timeline', begun.id);
    for (const part of ['code_sent', 'wrong_code', 'code_accepted', 'message: accepted', 'simulated-json', 'channel sms', 'held']) {
      expect(story).toContain(part);
    }
    expect(story).not.toContain(code);
    const { stdout: list } = await watchword('list', '--status', 'VERIFIED');
    expect(list).toMatch(new RegExp(`${begun.id}  VERIFIED  code_accepted +\\${to}  login`));
    expect(await watchword('cancel', begun.id)).toMatchObject({ code: 3, stdout: '' });
  });

  test('sends another code, both good, and takes a verification back', async () => {
    const to = nextPhone();
    const { id } = await json<Shown>('start', to);
    await textsTo(to, 1);
    const key = randomUUID();
    expect(await json('resend', id, '--key', key)).toMatchObject({ codes_sent: 2 });
    expect(await json('resend', id, '--key', key)).toMatchObject({ codes_sent: 2 });
    expect(await textsTo(to, 2)).toHaveLength(2);
    expect(await json('cancel', id)).toMatchObject({ status: 'CANCELLED' });
    const late = await watchword('check', id, codeOf((await textsTo(to, 2))[0]!));
    expect(late).toMatchObject({ code: 9, stderr: expect.stringContaining('The verification is CANCELLED; start another.') });
    expect(await watchword('resend', id)).toMatchObject({ code: 3, stdout: '' });
  });

  test('sends once under one key, and says how to go on where nobody sits at a terminal', async () => {
    const to = nextPhone();
    const key = randomUUID();
    const first = await watchword('start', to, '--key', key, '--json');
    const second = await watchword('start', to, '--key', key, '--json');
    expect(JSON.parse(second.stdout)).toMatchObject({ id: (JSON.parse(first.stdout) as Shown).id, codes_sent: 1 });
    expect(first.stderr).toContain('Check the code with: watchword verify check ');
  });

  test('a request whose answer is lost is asked again under its key: one code, one check', async () => {
    const lossy = async (...args: string[]) => {
      const between = await loseFirstAnswer(stack.url);
      const ended = await run(['verify', ...args, '--json'], { ...env, WATCHWORD_URL: between.url });
      between.close();
      expect([between.requests(), ended.stderr]).toEqual([2, expect.stringContaining('Asking again under the same key.')]);
      return JSON.parse(ended.stdout) as Shown;
    };
    const to = nextPhone();
    const { id } = await lossy('start', to);
    const code = codeOf((await textsTo(to, 1))[0]!);
    expect(await lossy('check', id, wrong(code))).toMatchObject({ verified: false, checks_remaining: 2 });
    expect(await lossy('resend', id)).toMatchObject({ codes_sent: 2 });
    expect(await lossy('check', id, code)).toMatchObject({ verified: true });
  });

  test.each([
    [['start', '12345'], 2, 'Write the number in international form'],
    [['start', '+14155559999', '--brand', 'acme.com'], 2, 'brand: must not look like an address'],
    [['start', '+14155559999', '--channel', 'mail'], 2, 'channels'],
    [['show', randomUUID()], 3, 'no such verification'],
    [['check'], 2, 'missing required argument'],
  ])('%j fails with %i', async (args, code, told) => {
    const ended = await watchword(...args);
    expect([ended.code, ended.stdout]).toEqual([code, '']);
    expect(ended.stderr).toContain(told);
  });
});

describe('verify at a terminal', () => {
  /** Runs the command in this process, with a person who types these lines; null is Ctrl-D. */
  async function sitting(args: readonly string[], lines: (string | null)[], stop = new AbortController()) {
    const out = { shown: [] as string[], told: [] as string[], asked: [] as string[] };
    const session: Session = {
      environment: { ...env, WATCHWORD_DATA_DIR: '/nonexistent' },
      interrupt: stop.signal,
      ids: randomUUID,
      clock: () => new Date(),
      sleep: (ms) => new Promise((done) => setTimeout(done, ms)),
      show: (text) => void out.shown.push(text),
      write: () => Promise.resolve(),
      tell: (text) => void out.told.push(text),
      ask(question) {
        out.asked.push(question);
        const line = lines.shift();
        if (line === undefined) stop.abort();
        return Promise.resolve(line ?? null);
      },
    };
    const program = new Command('watchword').exitOverride();
    verificationCommands(program, session);
    let exit = 0;
    try {
      await program.parseAsync(['node', 'watchword', 'verify', 'start', TEST_NUMBER, '--json', ...args]);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      exit = error.exit;
      out.told.push(error.message);
    }
    return { ...out, exit, found: out.shown.map((text) => JSON.parse(text) as Shown) };
  }

  test('asks for the code until it is right', async () => {
    const { exit, asked, told, found } = await sitting(
      ['--purpose', 'a'],
      ['hello', wrong(TEST_CODE), `${TEST_CODE.slice(0, 3)}-${TEST_CODE.slice(3)}`],
    );
    expect(asked).toEqual(['Code (3 checks left): ', 'Code (3 checks left): ', 'Code (2 checks left): ']);
    expect(told.join('\n')).toContain('The code has 6 digits.');
    expect(told).toContain('That is not the code.');
    expect([exit, found]).toEqual([0, [expect.objectContaining({ status: 'VERIFIED' })]]);
  });

  test('stops asking when no check is left', async () => {
    const { exit, asked, told, found } = await sitting(['--purpose', 'b'], ['000000', '000001', '000002', TEST_CODE]);
    expect(asked).toEqual(['Code (3 checks left): ', 'Code (2 checks left): ', 'Code (1 check left): ']);
    expect(told.at(-1)).toBe('The verification is FAILED; start another.');
    expect([exit, found]).toEqual([9, [expect.objectContaining({ status: 'FAILED' })]]);
  });

  test('leaves the verification open where nothing more is typed', async () => {
    const ended = await sitting(['--purpose', 'c'], [null]);
    expect([ended.exit, ended.shown]).toEqual([9, []]);
    const [, id] = /No code was typed; the verification stays open\. Go on: watchword verify check (\S+) CODE/.exec(ended.told.at(-1)!)!;
    const stopped = await sitting(['--purpose', 'd'], []);
    expect([stopped.exit, stopped.told.at(-1)]).toEqual([130, expect.stringContaining('Stopped; the verification stays open.')]);
    expect(await json('check', id!, TEST_CODE)).toMatchObject({ verified: true });
  });

  test('does not ask where it is told not to', async () => {
    const { exit, asked, found } = await sitting(['--purpose', 'e', '--no-ask'], [TEST_CODE]);
    expect([exit, asked, found]).toEqual([0, [], [expect.objectContaining({ status: 'PENDING' })]]);
  });
});
