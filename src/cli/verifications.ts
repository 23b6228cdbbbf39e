import type { Command } from 'commander';
import type { ApiClient, Schemas } from '../client/client.js';
import { CliError, EXIT } from './exit.js';
import { leaf, pageOptions, type Shown } from './leaf.js';
import { showPage } from './page.js';
import { connect, mustAnswer, type Session } from './session.js';
import { plain, record, table } from './table.js';
import { timelineRows } from './timeline.js';
import { askUnderKey } from './under-key.js';

type Verification = Schemas['Verification'];
type Checked = Schemas['CodeCheck'];
type Channel = Verification['channels'][number];

interface StartOptions extends Shown {
  readonly purpose?: string;
  readonly channel?: Channel[];
  readonly locale?: string;
  readonly brand?: string;
  readonly webOtpDomain?: string;
  readonly appHash?: string;
  readonly captchaToken?: string;
  readonly key?: string;
  readonly ask: boolean;
}

interface ResendOptions extends Shown {
  readonly channel?: Channel;
  readonly key?: string;
}

const EXAMPLE = '0ece232d-ccf2-8bc9-9174-b90ce0bade72';

/** Sending codes and checking what was typed. */
export function verificationCommands(program: Command, session: Session): void {
  const verify = program.command('verify').summary('codes that prove who holds a phone');
  leaf(verify.command('start'), [
    'verify start +14155552671 --purpose login',
    'verify start +14155552671 --channel sms voice --locale pt-BR',
    'verify start +14155552671 --no-ask --json | jq -r .id',
  ])
    .summary('send a code, and check what was typed')
    .description('Sends a code to a phone. At a terminal it then asks for the code and checks it; elsewhere `watchword verify check` does.')
    .argument('<to>', 'the phone, in international form')
    .option('--purpose <word>', 'what the code is to prove: one of another purpose is of no use')
    .option('--channel <channel...>', 'sms, whatsapp or voice, in the order in which they are tried')
    .option('--locale <tag>', 'language of the text, such as pt-BR')
    .option('--brand <name>', 'who asks for the code, as people know you')
    .option('--web-otp-domain <domain>', 'the page that is to fill the code in by itself')
    .option('--app-hash <hash>', 'the Android app that is to read the code by itself')
    .option('--captcha-token <token>', 'what a CAPTCHA gave, where one is asked for')
    .option('--key <key>', 'names this request: the same key never sends twice')
    .option('--no-ask', 'do not ask for the code')
    .action((to: string, options: StartOptions) => start(session, to, options));
  leaf(verify.command('check'), [`verify check ${EXAMPLE} 123456`])
    .summary('check a code that was typed')
    .argument('<id>', 'the verification')
    .argument('<code>', 'what was typed')
    .option('--key <key>', 'names this check: the same key never uses up a second one')
    .action(async (id: string, code: string, { json, key }: Shown & { readonly key?: string }) => {
      const it = await check(session, connect(session, 'client'), id, code, key);
      const text = () =>
        record([
          ['verified', it.verified ? 'yes' : 'no'],
          ['status', it.status],
          ['checks left', it.checks_remaining],
        ]);
      session.show(json === true ? JSON.stringify(it) : text());
      if (!it.verified) throw notVerified(id, it);
    });
  leaf(verify.command('resend'), [`verify resend ${EXAMPLE}`, `verify resend ${EXAMPLE} --channel voice`])
    .summary('send another code; those that are there stay good')
    .argument('<id>', 'the verification')
    .option('--channel <channel>', 'sms, whatsapp or voice; the next one if missing')
    .option('--key <key>', 'names this request: the same key never sends twice')
    .action((id: string, options: ResendOptions) => resend(session, id, options));
  for (const [name, summary] of [
    ['show', 'where a verification stands'],
    ['cancel', 'take a verification back: its codes are dead'],
  ] as const)
    leaf(verify.command(name), [`verify ${name} ${EXAMPLE}`])
      .summary(summary)
      .argument('<id>', 'the verification')
      .action(async (id: string, options: Shown) => {
        const client = connect(session, 'client');
        const params = { path: { id } };
        const asked =
          name === 'show' ? client.GET('/v1/verifications/{id}', { params }) : client.POST('/v1/verifications/{id}/cancel', { params });
        showOne(session, await mustAnswer(asked), options);
      });
  leaf(verify.command('timeline'), [`verify timeline ${EXAMPLE}`])
    .summary('what happened to a verification, to its messages, and to your money')
    .argument('<id>', 'the verification')
    .action(async (id: string, { json }: Shown) => {
      const it = await mustAnswer(connect(session, 'client').GET('/v1/verifications/{id}/timeline', { params: { path: { id } } }));
      if (json === true) return session.show(JSON.stringify(it));
      const events = it.events.map((event) =>
        event.type === 'message'
          ? { ...event, type: 'status' as const, to: event.status, reason: `message: ${event.reason}`, detail: { channel: event.channel } }
          : event,
      );
      const rows = timelineRows(events, (step) => ('carrier' in step ? step.carrier : null));
      session.show(table(['AT', 'STATUS', 'WHAT', 'CARRIER', 'DETAIL'], rows));
    });
  pageOptions(leaf(verify.command('list', { isDefault: true }), ['verify', 'verify list --status PENDING --purpose login']))
    .summary('list verifications, newest first')
    .option('--status <status>', 'only in this status, such as VERIFIED')
    .option('--purpose <word>', 'only of this purpose')
    .action(async ({ json, ...query }: Shown & Record<string, string>) => {
      const page = await mustAnswer(connect(session, 'client').GET('/v1/verifications', { params: { query } }));
      showPage(session, json, page, ['ID', 'STATUS', 'REASON', 'TO', 'PURPOSE', 'CODES', 'PRICE', 'CREATED'], (it) => [
        it.id,
        it.status,
        it.reason,
        it.to,
        it.purpose,
        it.codes_sent,
        it.price,
        it.created_at,
      ]);
    });
}

async function start(session: Session, to: string, options: StartOptions): Promise<void> {
  const key = options.key ?? `cli-${session.ids()}`;
  const client = connect(session, 'client');
  const { purpose, channel, locale, brand, webOtpDomain, appHash, captchaToken } = options;
  const body: Schemas['VerificationRequest'] = {
    to,
    purpose: purpose ?? 'verification',
    metadata: {},
    ...(channel === undefined ? {} : { channels: channel }),
    ...(locale === undefined ? {} : { locale }),
    ...(brand === undefined ? {} : { brand }),
    ...(webOtpDomain === undefined ? {} : { web_otp_domain: webOtpDomain }),
    ...(appHash === undefined ? {} : { app_hash: appHash }),
    ...(captchaToken === undefined ? {} : { captcha_token: captchaToken }),
  };
  session.tell(`Sending a code to ${plain(to)} (--key ${key})`);
  const begun = await askUnderKey(session, { key, lost: 'The code may be on its way.' }, () =>
    mustAnswer(client.POST('/v1/verifications', { params: { header: { 'idempotency-key': key } }, body })),
  );
  session.tell(stateLine(begun));
  if (session.ask === null || !options.ask || begun.status !== 'PENDING') {
    if (begun.status === 'PENDING') session.tell(`Check the code with: watchword verify check ${begun.id} CODE`);
    return showOne(session, begun, options);
  }
  const last = await askUntilOver(session, client, begun, session.ask);
  showOne(session, await mustAnswer(client.GET('/v1/verifications/{id}', { params: { path: { id: begun.id } } })), options);
  if (!last.verified) throw notVerified(begun.id, last);
}

/** Asks a person for the code until it is right or no check is left. What can be no code uses up none. */
async function askUntilOver(
  session: Session,
  client: ApiClient,
  { id, checks_remaining: checks }: Verification,
  ask: NonNullable<Session['ask']>,
): Promise<Checked> {
  for (let left = checks; ;) {
    const typed = await ask(`Code (${left} ${left === 1 ? 'check' : 'checks'} left): `);
    if (typed === null) {
      const aborted = session.interrupt.aborted;
      throw new CliError(
        aborted ? EXIT.interrupted : EXIT.notVerified,
        `${aborted ? 'Stopped' : 'No code was typed'}; the verification stays open. Go on: watchword verify check ${id} CODE`,
        { id },
      );
    }
    try {
      const it = await check(session, client, id, typed);
      if (it.status !== 'PENDING') return it;
      left = it.checks_remaining;
      session.tell('That is not the code.');
    } catch (error) {
      if (!(error instanceof CliError) || error.exit !== EXIT.misused) throw error;
      session.tell(error.message);
    }
  }
}

function check(session: Session, client: ApiClient, id: string, code: string, key = `cli-${session.ids()}`): Promise<Checked> {
  return askUnderKey(session, { key, lost: 'The check may have been counted.' }, () =>
    mustAnswer(
      client.POST('/v1/verifications/{id}/check', { params: { path: { id }, header: { 'idempotency-key': key } }, body: { code } }),
    ),
  );
}

async function resend(session: Session, id: string, options: ResendOptions): Promise<void> {
  const key = options.key ?? `cli-${session.ids()}`;
  const client = connect(session, 'client');
  const body = options.channel === undefined ? {} : { channel: options.channel };
  session.tell(`Sending another code (--key ${key})`);
  const it = await askUnderKey(session, { key, lost: 'The code may be on its way.' }, () =>
    mustAnswer(client.POST('/v1/verifications/{id}/resend', { params: { path: { id }, header: { 'idempotency-key': key } }, body })),
  );
  showOne(session, it, options);
}

function stateLine(it: Verification): string {
  return [it.status, it.purpose, `until ${it.expires_at}`, ...(it.test ? ['a test number: nothing is sent'] : [])].map(plain).join('  ');
}

function showOne(session: Session, it: Verification, { json }: Shown): void {
  const text = () =>
    record([
      ['id', it.id],
      ['status', it.status],
      ['reason', it.reason],
      ['to', it.to],
      ['purpose', it.purpose],
      ['channels', it.channels.join(', ')],
      ['codes sent', it.codes_sent],
      ['checks left', it.checks_remaining],
      ['price', `${it.price} ${it.currency}`],
      ['next code', it.next_code_at],
      ['expires', it.expires_at],
      ['verified', it.verified_at],
    ]);
  session.show(json === true ? JSON.stringify(it) : text());
}

function notVerified(id: string, { status, checks_remaining: left }: Checked): CliError {
  const why = status === 'PENDING' ? `That is not the code; checks left: ${left}.` : `The verification is ${status}; start another.`;
  return new CliError(EXIT.notVerified, why, { id, status, checks_remaining: left });
}
