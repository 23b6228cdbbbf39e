import type { Command } from 'commander';
import { leaf, pageOptions, type Shown } from './leaf.js';
import { showPage } from './page.js';
import { connect, mustAnswer, type Session } from './session.js';
import { record } from './table.js';

/** What you have, where it went and what things cost. Amounts are shown as the API writes them. */
export function moneyCommands(program: Command, session: Session): void {
  leaf(program.command('balance'), ['balance', 'balance --json'])
    .summary('what can be spent, and what is held')
    .action(async ({ json }: Shown) => {
      const it = await mustAnswer(connect(session, 'client').GET('/v1/balance'));
      const text = () =>
        record([
          ['available', `${it.available} ${it.currency}`],
          ['held', `${it.held} ${it.currency}`],
        ]);
      session.show(json === true ? JSON.stringify(it) : text());
    });

  pageOptions(leaf(program.command('statement'), ['statement', 'statement --limit 10']))
    .summary('every movement of your money, newest first')
    .action(async ({ json, ...query }: Shown & Record<string, string>) => {
      const page = await mustAnswer(connect(session, 'client').GET('/v1/statement', { params: { query } }));
      showPage(session, json, page, ['AT', 'KIND', 'AVAILABLE', 'HELD', 'CURRENCY', 'OF'], (it) => [
        it.at,
        it.kind,
        it.available,
        it.held,
        it.currency,
        it.activation_id ?? it.message_id,
      ]);
    });

  const prices = program.command('prices');
  leaf(prices.command('refresh').summary('for operators: read every provider’s price list now'), ['prices refresh']).action(
    async ({ json }: Shown) => {
      const it = await mustAnswer(connect(session, 'operator').POST('/v1/operator/prices/refresh'));
      session.show(json === true ? JSON.stringify(it) : `Asked for; the prices that are there are of ${it.built_at ?? 'never'}.`);
    },
  );
  pageOptions(leaf(prices, ['prices telegram ID', 'prices telegram', 'prices refresh', 'prices --json']))
    .summary('prices, stock and success rates')
    .argument('[service]', 'only of this service')
    .argument('[country]', 'only of this country')
    .action(async (service: string | undefined, country: string | undefined, { json, ...options }: Shown & Record<string, string>) => {
      const query = { ...options, ...(service === undefined ? {} : { service }), ...(country === undefined ? {} : { country }) };
      const page = await mustAnswer(connect(session, 'client').GET('/v1/prices', { params: { query } }));
      showPage(session, json, page, ['SERVICE', 'COUNTRY', 'PROVIDER', 'OPERATOR', 'PRICE', 'STOCK', 'SUCCESS', 'AGE'], (it) => [
        it.service,
        it.country,
        it.provider,
        it.operator,
        `${it.price} ${it.currency}`,
        it.stock,
        it.success_rate === null ? null : `${Math.round(it.success_rate * 100)} %`,
        `${it.age_seconds} s`,
      ]);
    });
}
