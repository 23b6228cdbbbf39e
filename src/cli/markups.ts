import type { Command } from 'commander';
import type { Schemas } from '../client/client.js';
import { CliError, EXIT } from './exit.js';
import { leaf, type Shown } from './leaf.js';
import { showPage } from './page.js';
import { connect, mustAnswer, type Session } from './session.js';

interface Place extends Shown {
  readonly service?: string;
  readonly country?: string;
  readonly reason: string;
}

/** What clients pay above the provider's price. */
export function markupCommands(program: Command, session: Session): void {
  const ask = () => connect(session, 'operator');
  const markups = program.command('markups').summary('for operators: what clients pay above the provider’s price');
  const show = (json: boolean | undefined, page: { readonly items: readonly Schemas['Markup'][] }) =>
    showPage(session, json, page, ['SERVICE', 'COUNTRY', 'PERCENT', 'FIXED', 'SET', 'REASON'], (it) => [
      it.service ?? 'any',
      it.country ?? 'any',
      `${it.basis_points / 100} %`,
      it.fixed,
      it.set_at,
      it.reason,
    ]);
  const placed = (command: Command) =>
    command
      .option('--service <service>', 'only of this service')
      .option('--country <country>', 'only of this country')
      .requiredOption('--reason <text>', 'kept in the list of actions');
  const placeOf = ({ service, country, reason }: Place) => ({
    reason,
    ...(service === undefined ? {} : { service }),
    ...(country === undefined ? {} : { country }),
  });

  leaf(markups.command('list', { isDefault: true }).summary('those that operators set; where none fits, the configuration’s counts'), [
    'markups',
  ]).action(async ({ json }: Shown) => show(json, await mustAnswer(ask().GET('/v1/operator/markups'))));
  placed(
    leaf(markups.command('set').summary('set the markup of a service, a country or both'), [
      'markups set 25 --service telegram --reason "demand"',
      'markups set 12.5 --fixed 0.01 --service telegram --country ID --reason "promised"',
    ]).argument('<percent>', 'of the provider’s price, with at most two decimal places'),
  )
    .option('--fixed <amount>', 'added to that', '0')
    .action(async (percent: string, options: Place & { readonly fixed: string }) => {
      if (!/^\d{1,5}(\.\d{1,2})?$/.test(percent)) throw new CliError(EXIT.misused, `"${percent}" is no percentage such as 25 or 12.5.`);
      const body = { ...placeOf(options), basis_points: Math.round(Number(percent) * 100), fixed: options.fixed };
      show(options.json, await mustAnswer(ask().POST('/v1/operator/markups', { body })));
    });
  placed(
    leaf(markups.command('remove').summary('take one away; the next broader one counts again'), [
      'markups remove --service telegram --reason "over"',
    ]),
  ).action(async (options: Place) =>
    show(options.json, await mustAnswer(ask().POST('/v1/operator/markups/remove', { body: placeOf(options) }))),
  );
}
