import type { Command } from 'commander';
import type { Activation, ApiClient, Schemas } from '../client/client.js';
import { CliError, EXIT } from './exit.js';
import { activationText, followToCode, judgeEnd, passes, stateLine } from './follow.js';
import { leaf, pageOptions, type Shown } from './leaf.js';
import { connect, mustAnswer, type Session } from './session.js';
import { showPage } from './page.js';
import { table } from './table.js';
import { timelineRows } from './timeline.js';

interface RentOptions extends Shown {
  readonly operator?: string;
  readonly maxPrice?: string;
  readonly replace?: boolean;
  readonly key?: string;
  readonly wait: boolean;
}

const PAUSE_MS = 2_000;
const MOST_UNANSWERED = 10;

/** Renting a number and saying what shall become of it. */
export function activationCommands(program: Command, session: Session): void {
  leaf(program.command('rent'), [
    'rent telegram ID',
    'rent whatsapp UA --max-price 0.50 --replace',
    'rent telegram ID --json | jq -r .messages[0].code',
  ])
    .summary('rent a number and wait for its code')
    .description(
      'Rents a number and shows what happens until the code comes. Ctrl-C only stops the showing: the number stays rented, and `watchword watch` goes on.',
    )
    .argument('<service>', 'what sends the code, such as telegram')
    .argument('<country>', 'two letters, such as ID')
    .option('--operator <word>', 'mobile operator; any if missing')
    .option('--max-price <amount>', 'the most that you will pay, such as 0.50')
    .option('--replace', 'give a silent number back for another one')
    .option('--key <key>', 'names this request: the same key never buys twice, so that a lost answer can be asked for again')
    .option('--no-wait', 'end as soon as the number is there')
    .action((service: string, country: string, options: RentOptions) => rent(session, service, country, options));

  leaf(program.command('watch'), ['watch 0ece232d-ccf2-8bc9-9174-b90ce0bade72'])
    .summary('wait for the code of a number that is rented')
    .argument('<id>', 'the activation')
    .action(async (id: string, options: Shown) => {
      const found = await watch(session, connect(session, 'client'), id);
      showOne(session, found, options);
      judgeEnd(found);
    });

  for (const [what, summary, done] of [
    ['cancel', 'give a number back; an SMS that comes before is delivered and paid', 'Asked for.'],
    ['finish', 'say that the code was all you needed', 'Finished.'],
    ['resend', 'ask for another SMS on the same number', 'Asked for another SMS.'],
    ['late-sms', 'pay for an SMS that came too late, and read it', 'Paid.'],
  ] as const)
    leaf(program.command(what), [`${what} 0ece232d-ccf2-8bc9-9174-b90ce0bade72`])
      .summary(summary)
      .argument('<id>', 'the activation')
      .action(async (id: string, options: Shown) => {
        const path = { params: { path: { id } } };
        const client = connect(session, 'client');
        const found: Activation = await mustAnswer(client.POST(`/v1/activations/{id}/${what}`, path));
        session.tell(done);
        showOne(session, found, options);
      });

  leaf(program.command('timeline'), ['timeline 0ece232d-ccf2-8bc9-9174-b90ce0bade72'])
    .summary('what happened to a number, why, and to your money')
    .argument('<id>', 'the activation')
    .action(async (id: string, { json }: Shown) => {
      const it = await mustAnswer(connect(session, 'client').GET('/v1/activations/{id}/timeline', { params: { path: { id } } }));
      if (json === true) return session.show(JSON.stringify(it));
      const rows = timelineRows(it.events, (step) => step.provider);
      session.show(table(['AT', 'STATUS', 'WHAT', 'PROVIDER', 'DETAIL'], rows));
      if (it.now !== null && it.now.waiting_for !== null)
        session.tell(`Waiting for ${it.now.waiting_for}${it.now.until === null ? '' : ` until ${it.now.until}`}.`);
    });

  pageOptions(leaf(program.command('list'), ['list', 'list --status WAITING --limit 10', 'list --json']))
    .summary('list what was rented, newest first')
    .option('--status <status>', 'only in this status, such as WAITING')
    .option('--service <service>', 'only of this service')
    .option('--country <country>', 'only of this country')
    .action(async ({ json, ...query }: Shown & Record<string, string>) => {
      const page = await mustAnswer(connect(session, 'client').GET('/v1/activations', { params: { query } }));
      showPage(session, json, page, ['ID', 'STATUS', 'SERVICE', 'COUNTRY', 'NUMBER', 'PRICE', 'CODE', 'CREATED'], (it) => [
        it.id,
        it.status,
        it.service,
        it.country,
        it.phone_number,
        it.price,
        it.messages.map(({ code }) => code ?? '?').join(' ') || null,
        it.created_at,
      ]);
    });
}

async function rent(session: Session, service: string, country: string, options: RentOptions): Promise<void> {
  const key = options.key ?? `cli-${session.ids()}`;
  const client = connect(session, 'client');
  session.tell(`Asking for a ${service} number of ${country} (--key ${key})`);
  const rented = await buy(session, client, key, {
    service,
    country,
    on_no_code: options.replace === true ? 'replace' : 'refund',
    metadata: {},
    ...(options.operator === undefined ? {} : { operator: options.operator }),
    ...(options.maxPrice === undefined ? {} : { max_price: options.maxPrice }),
  });
  if (!options.wait) {
    session.tell(`Go on with: watchword watch ${rented.id}`);
    return showOne(session, rented, options);
  }
  const found = await watch(session, client, rented.id);
  showOne(session, found, options);
  judgeEnd(found);
  if (found.status === 'RECEIVED') session.tell(`If that was all: watchword finish ${found.id}`);
}

/** Buys, and where Ctrl-C ends that, says how to learn what became of it. */
async function buy(session: Session, client: ApiClient, key: string, body: Schemas['ActivationRequest']): Promise<Activation> {
  const again = `Ask again with the same key, which never buys twice: --key ${key}`;
  try {
    return await buyAgain(session, client, key, body);
  } catch (error) {
    if (session.interrupt.aborted) throw new CliError(EXIT.interrupted, `Stopped. The purchase may go on. ${again}`, { key });
    if (!(error instanceof CliError) || !passes(error)) throw error;
    throw new CliError(error.exit, `${error.message}\nThe purchase may go on. ${again}`, { ...error.detail, key });
  }
}

/** Repeats the request under its key until the number is there: a repetition never buys a second one. */
async function buyAgain(session: Session, client: ApiClient, key: string, body: Schemas['ActivationRequest']): Promise<Activation> {
  for (let unanswered = 0; ;) {
    try {
      const rented = await mustBuy(client, key, body);
      if (rented.phone_number !== null || rented.status !== 'REQUESTED') return rented;
      unanswered = 0;
      session.tell(stateLine(rented));
    } catch (error) {
      if (session.interrupt.aborted || !passes(error) || ++unanswered >= MOST_UNANSWERED) throw error;
      session.tell(`${(error as Error).message.split('\n')[0]} Asking again under the same key.`);
    }
    await session.sleep(PAUSE_MS);
  }
}

function mustBuy(client: ApiClient, key: string, body: Schemas['ActivationRequest']): Promise<Activation> {
  return mustAnswer(client.POST('/v1/activations', { params: { header: { 'idempotency-key': key, prefer: 'wait=20' } }, body }));
}

async function watch(session: Session, client: ApiClient, id: string): Promise<Activation> {
  try {
    return await followToCode(session, client, id);
  } catch (error) {
    if (!session.interrupt.aborted) throw error;
    throw new CliError(
      EXIT.interrupted,
      `Stopped watching; nothing was asked of the server. Go on: watchword watch ${id}\nGive the number back: watchword cancel ${id}`,
      { id },
    );
  }
}

function showOne(session: Session, it: Activation, { json }: Shown): void {
  session.show(json === true ? JSON.stringify(it) : activationText(it));
}
