import type { Command } from 'commander';
import type { ApiClient, Schemas } from '../client/client.js';
import { isFinal } from '../domain/message.js';
import { CliError, EXIT } from './exit.js';
import { passes } from './follow.js';
import { leaf, pageOptions, type Shown } from './leaf.js';
import { showPage } from './page.js';
import { connect, mustAnswer, type Session } from './session.js';
import { plain, record, table } from './table.js';
import { timelineRows } from './timeline.js';
import { askUnderKey } from './under-key.js';

type Message = Schemas['OutgoingMessage'];

interface SendOptions extends Shown {
  readonly from?: string;
  readonly channel?: 'sms' | 'whatsapp' | 'voice';
  readonly maxPrice?: string;
  readonly carrier?: readonly string[];
  readonly failover: boolean;
  readonly at?: string;
  readonly validity?: string;
  readonly dryRun?: boolean;
  readonly key?: string;
  readonly wait: boolean;
}

const PAUSE_MS = 1_000;
const MOST_UNANSWERED = 10;

/** Sending texts and learning what became of them. */
export function messageCommands(program: Command, session: Session): void {
  leaf(program.command('send'), [
    'send +6281234567890 "Your code is 4711"',
    'send +6281234567890 "Grüße" --dry-run',
    'send +6281234567890 "See you tomorrow" --at 2026-12-01T08:00:00Z --no-wait',
  ])
    .summary('send a text and wait for its delivery receipt')
    .description(
      'Sends by the carrier that is most likely to deliver there, and shows what happens until a receipt says what became of it.',
    )
    .argument('<to>', 'the phone, in international form')
    .argument('<text>', 'what to send')
    .option('--from <sender>', 'sender ID; the carrier’s own if missing')
    .option('--channel <channel>', 'sms, whatsapp or voice')
    .option('--max-price <amount>', 'the most that it may cost, such as 0.05')
    .option('--carrier <id...>', 'only these carriers')
    .option('--no-failover', 'do not go on to the next carrier')
    .option('--at <time>', 'send it then, at most 30 days ahead, such as 2026-12-01T08:00:00Z')
    .option('--validity <seconds>', 'how long it is of use (86400)')
    .option('--dry-run', 'say what it would take, and send nothing')
    .option('--key <key>', 'names this request: the same key never sends twice')
    .option('--no-wait', 'end as soon as it is taken')
    .action((to: string, text: string, options: SendOptions) => send(session, to, text, options));

  const messages = program.command('messages').summary('messages that were sent');
  pageOptions(leaf(messages.command('list', { isDefault: true }), ['messages', 'messages --status UNDELIVERED', 'messages --batch ID']))
    .summary('list messages, newest first')
    .option('--status <status>', 'only in this status, such as DELIVERED')
    .option('--batch <id>', 'only of this batch')
    .action(async ({ json, ...query }: Shown & Record<string, string>) => {
      const page = await mustAnswer(connect(session, 'client').GET('/v1/messages', { params: { query } }));
      showPage(session, json, page, ['ID', 'STATUS', 'REASON', 'TO', 'SEGMENTS', 'PRICE', 'CREATED'], (it) => [
        it.id,
        it.status,
        it.reason,
        it.to,
        String(it.segments),
        it.price,
        it.created_at,
      ]);
    });
  leaf(messages.command('watch'), ['messages watch 0ece232d-ccf2-8bc9-9174-b90ce0bade72'])
    .summary('wait for what becomes of a message')
    .argument('<id>', 'the message')
    .action(async (id: string, options: Shown) => {
      const found = await follow(session, connect(session, 'client'), id);
      showOne(session, found, options);
      judge(found);
    });
  leaf(messages.command('cancel'), ['messages cancel 0ece232d-ccf2-8bc9-9174-b90ce0bade72'])
    .summary('take a scheduled message back')
    .argument('<id>', 'the message')
    .action(async (id: string, options: Shown) => {
      const request = { params: { path: { id } } };
      showOne(session, await mustAnswer(connect(session, 'client').POST('/v1/messages/{id}/cancel', request)), options);
    });
  leaf(messages.command('timeline'), ['messages timeline 0ece232d-ccf2-8bc9-9174-b90ce0bade72'])
    .summary('what happened to a message, by which carriers, and to your money')
    .argument('<id>', 'the message')
    .action(async (id: string, { json }: Shown) => {
      const it = await mustAnswer(connect(session, 'client').GET('/v1/messages/{id}/timeline', { params: { path: { id } } }));
      if (json === true) return session.show(JSON.stringify(it));
      const rows = timelineRows(it.events, (step) => step.carrier);
      session.show(table(['AT', 'STATUS', 'WHAT', 'CARRIER', 'DETAIL'], rows));
    });
  leaf(messages.command('report'), ['messages report', 'messages report --from 2026-11-01 --to 2026-11-30'])
    .summary('your messages by day and country')
    .option('--from <day>', 'first day, such as 2026-11-01; seven days ago if missing')
    .option('--to <day>', 'last day; today if missing')
    .action(async ({ json, ...query }: Shown & Record<string, string>) => {
      const page = await mustAnswer(connect(session, 'client').GET('/v1/reports/messages', { params: { query } }));
      showPage(
        session,
        json,
        page,
        ['DAY', 'COUNTRY', 'MESSAGES', 'DELIVERED', 'UNDELIVERED', 'UNKNOWN', 'P50 S', 'P95 S', 'PAID'],
        (it) => [
          it.day,
          it.country,
          String(it.messages),
          share(it.delivered, it.messages),
          String(it.undelivered + it.expired),
          String(it.unknown),
          it.median_seconds?.toFixed(1) ?? null,
          it.p95_seconds?.toFixed(1) ?? null,
          `${it.paid} ${it.currency}`,
        ],
      );
    });
}

/** A count with its share, for tables. */
export function share(part: number, whole: number): string {
  return whole === 0 ? '0' : `${part} (${((100 * part) / whole).toFixed(1)} %)`;
}

async function send(session: Session, to: string, text: string, options: SendOptions): Promise<void> {
  const key = options.key ?? `cli-${session.ids()}`;
  const client = connect(session, 'client');
  const body: Schemas['MessageRequest'] = {
    to,
    text,
    channel: options.channel ?? 'sms',
    failover: options.failover,
    validity_seconds: options.validity === undefined ? 86_400 : Number(options.validity),
    dry_run: options.dryRun === true,
    metadata: {},
    ...(options.from === undefined ? {} : { from: options.from }),
    ...(options.maxPrice === undefined ? {} : { max_price: options.maxPrice }),
    ...(options.carrier === undefined ? {} : { carriers: [...options.carrier] }),
    ...(options.at === undefined ? {} : { send_at: options.at }),
  };
  if (options.dryRun !== true) session.tell(`Sending to ${plain(to)} (--key ${key})`);
  const answer: Message | Schemas['MessageEstimate'] = await askUnderKey(session, { key, lost: 'The message may be on its way.' }, () =>
    mustAnswer(client.POST('/v1/messages', { params: { header: { 'idempotency-key': key } }, body })),
  );
  if ('price_from' in answer) {
    const range =
      answer.price_from === null ? 'no carrier reaches this number' : `${answer.price_from} to ${answer.price_to} ${answer.currency}`;
    const fields = [
      ['country', answer.country],
      ['encoding', answer.encoding],
      ['segments', String(answer.segments)],
      ['not in GSM-7', answer.not_gsm7.join(' ') || null],
      ['price', range],
    ] as const;
    return session.show(options.json === true ? JSON.stringify(answer) : record(fields));
  }
  if (!options.wait || answer.status === 'SCHEDULED') {
    session.tell(`Go on with: watchword messages watch ${answer.id}`);
    return showOne(session, answer, options);
  }
  const found = await follow(session, client, answer.id);
  showOne(session, found, options);
  judge(found);
}

/** Waits until a message is final, telling each change. A server that does not answer for a while is asked again. */
async function follow(session: Session, client: ApiClient, id: string): Promise<Message> {
  let told = '';
  for (let unanswered = 0; ;) {
    try {
      const it = await mustAnswer(client.GET('/v1/messages/{id}', { params: { path: { id } } }));
      unanswered = 0;
      const parts = [it.status, ...(it.reason === null ? [] : [it.reason]), ...(it.price === null ? [] : [`${it.price} ${it.currency}`])];
      const line = parts.map(plain).join('  ');
      if (line !== told) session.tell(line);
      told = line;
      if (isFinal(it.status)) return it;
    } catch (error) {
      if (session.interrupt.aborted)
        throw new CliError(EXIT.interrupted, `Stopped watching; the message goes on. Go on: watchword messages watch ${id}`, { id });
      if (!(error instanceof CliError) || !passes(error) || ++unanswered >= MOST_UNANSWERED) throw error;
    }
    await session.sleep(PAUSE_MS);
  }
}

function showOne(session: Session, it: Message, { json }: Shown): void {
  const text = () =>
    record([
      ['id', it.id],
      ['status', it.status],
      ['reason', it.reason],
      ['to', it.to],
      ['segments', `${it.segments} (${it.encoding})`],
      ['price', it.price === null ? null : `${it.price} ${it.currency}`],
      ['send at', it.send_at],
      ['sent', it.sent_at],
      ['delivered', it.delivered_at],
    ]);
  session.show(json === true ? JSON.stringify(it) : text());
}

function judge(it: Message): void {
  if (it.status === 'DELIVERED' || it.status === 'CANCELLED') return;
  throw new CliError(EXIT.notDelivered, `The message ended ${it.status}: ${it.reason ?? 'no reason is known'}`, {
    id: it.id,
    status: it.status,
  });
}
