import type { Command } from 'commander';
import { leaf, pageOptions, type Shown } from './leaf.js';
import { showPage } from './page.js';
import { connect, mustAnswer, type Session } from './session.js';

type Query = Shown & Record<string, string>;
type Entry = Shown & { readonly reference: string; readonly reason: string };

/** What providers owe or gave, what an operator can say about it, and orders that nobody here bought. */
export function refundCommands(program: Command, session: Session): void {
  const ask = () => connect(session, 'operator');
  const refunds = program.command('refunds').summary('for operators: refunds that providers owe or gave');
  pageOptions(
    leaf(refunds.command('list', { isDefault: true }).summary('all of them, those of the newest orders first'), [
      'refunds --overdue true',
      'refunds --provider herosms --state pending',
    ]),
  )
    .option('--provider <provider>', 'only of this account')
    .option('--state <state>', 'only in this state, such as pending')
    .option('--overdue <true|false>', 'only those that are, or are not, overdue')
    .action(async ({ json, ...query }: Query) => {
      const page = await mustAnswer(ask().GET('/v1/operator/refunds', { params: { query } }));
      showPage(session, json, page, ['ID', 'PROVIDER', 'ORDER', 'STATE', 'AMOUNT', 'ENDED', 'OVERDUE'], (it) => [
        it.id,
        it.provider,
        it.provider_order_id,
        it.state,
        `${it.amount} ${it.currency}`,
        it.ended_at,
        it.overdue ? 'yes' : 'no',
      ]);
    });
  for (const [what, summary] of [
    ['write-off', 'say that a refund will never come'],
    ['returned', 'say that it came after its client was paid, or after it was written off'],
    ['taken-back', 'say that the provider charged again what it had returned'],
  ] as const)
    leaf(refunds.command(what).summary(summary), [`refunds ${what} 4c1e… --reference ticket-4711 --reason "their statement of May"`])
      .argument('<id>', 'the refund')
      .requiredOption('--reference <text>', 'your own; the same one is booked once')
      .requiredOption('--reason <text>', 'kept with the entry')
      .action(async (id: string, { json, reference, reason }: Entry) => {
        const it = await mustAnswer(
          ask().POST(`/v1/operator/refunds/{id}/${what}`, { params: { path: { id } }, body: { reference, reason } }),
        );
        session.show(json === true ? JSON.stringify(it) : `${it.id} at ${it.provider} is ${it.state}: ${it.amount} ${it.currency}.`);
      });

  pageOptions(leaf(program.command('foreign-orders'), ['foreign-orders --open true']))
    .summary('for operators: orders on your accounts that watchword did not buy')
    .option('--provider <provider>', 'only of this account')
    .option('--open <true|false>', 'only those that are, or are not, open')
    .action(async ({ json, ...query }: Query) => {
      const page = await mustAnswer(ask().GET('/v1/operator/foreign-orders', { params: { query } }));
      showPage(session, json, page, ['ID', 'PROVIDER', 'ORDER', 'STATUS', 'MONEY', 'SERVICE', 'COUNTRY', 'AMOUNT', 'SEEN'], (it) => [
        it.id,
        it.provider,
        it.provider_order_id,
        it.status,
        it.money,
        it.service,
        it.country,
        `${it.amount} ${it.currency}`,
        it.first_seen_at,
      ]);
    });
}
