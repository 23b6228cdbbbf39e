import type { Command } from 'commander';
import { loadSpec } from '../carriers/spec/load.js';
import { replayExamples } from '../carriers/spec/replay.js';
import { SpecError } from '../carriers/spec/spec-error.js';
import { CliError, EXIT } from './exit.js';
import { leaf, type Shown } from './leaf.js';
import { share } from './messages.js';
import { showPage } from './page.js';
import { connect, mustAnswer, type Session } from './session.js';

/** Carrier accounts for operators, and `watchword carrier test` for authors of specs, which talks to nobody. */
export function carrierCommands(program: Command, session: Session): void {
  const carrier = program.command('carriers').alias('carrier').summary('for operators: carrier accounts; for authors: test a carrier spec');
  const ask = () => connect(session, 'operator');
  leaf(carrier.command('list', { isDefault: true }).summary('all accounts, with what they did within a day'), [
    'carriers',
    'carriers --json',
  ]).action(async ({ json }: Shown) => {
    const page = await mustAnswer(ask().GET('/v1/operator/carriers'));
    const heads = ['CARRIER', 'KIND', 'STATE', 'COUNTRIES', 'SENT', 'DELIVERED', 'REFUSED', 'LOST REPLIES', 'COST', 'LAST RECEIPT'];
    showPage(session, json, page, heads, (it) => [
      it.id,
      it.simulated ? `${it.kind}, simulated` : it.kind,
      stateOf(it),
      String(it.countries),
      String(it.accepted),
      share(it.delivered, it.accepted),
      String(it.refused),
      String(it.ambiguous),
      `${it.cost} ${it.currency}`,
      it.last_receipt_at,
    ]);
  });
  for (const [what, summary] of [
    ['pause', 'send nothing more by it'],
    ['resume', 'send by it again'],
  ] as const)
    leaf(carrier.command(what).summary(summary), [`carriers ${what} vonage --reason "maintenance"`])
      .argument('<id>', 'the carrier account')
      .requiredOption('--reason <text>', 'kept in the list of actions')
      .action(async (id: string, { json, reason }: Shown & { reason: string }) => {
        const request = { params: { path: { carrier: id } }, body: { reason } };
        const it = await mustAnswer(
          what === 'pause'
            ? ask().POST('/v1/operator/carriers/{carrier}/pause', request)
            : ask().POST('/v1/operator/carriers/{carrier}/resume', request),
        );
        session.show(json === true ? JSON.stringify(it) : `${it.id}: ${stateOf(it)}`);
      });
  leaf(carrier.command('report').summary('attempts by day, country and carrier'), ['carriers report --from 2026-11-01'])
    .option('--from <day>', 'first day; seven days ago if missing')
    .option('--to <day>', 'last day; today if missing')
    .action(async ({ json, ...query }: Shown & Record<string, string>) => {
      const page = await mustAnswer(ask().GET('/v1/operator/reports/carriers', { params: { query } }));
      const heads = ['DAY', 'COUNTRY', 'CARRIER', 'ATTEMPTS', 'ACCEPTED', 'DELIVERED', 'SILENT', 'P50 S', 'P95 S', 'COST', 'REVENUE'];
      showPage(session, json, page, heads, (it) => [
        it.day,
        it.country,
        it.carrier,
        String(it.attempts),
        String(it.accepted),
        share(it.delivered, it.accepted),
        String(it.silent),
        it.median_seconds?.toFixed(1) ?? null,
        it.p95_seconds?.toFixed(1) ?? null,
        it.cost,
        `${it.revenue} ${it.currency}`,
      ]);
    });
  leaf(carrier.command('test'), ['carrier test carriers/vonage-sms.json'])
    .description('check a carrier spec, replay its examples and show the requests that it makes')
    .argument('<file>', 'the spec')
    .action(async (file: string, options: Shown) => {
      const spec = load(file);
      const replayed = await replayExamples(spec);
      const failed = replayed.filter(({ differences }) => differences.length > 0);
      if (options.json === true) session.show(JSON.stringify({ id: spec.id, name: spec.name, examples: replayed }));
      else {
        for (const { name, operation, differences } of replayed)
          session.show(
            [
              `${differences.length === 0 ? 'ok    ' : 'failed'}  ${operation}: ${name}`,
              ...differences.map((one) => `          ${one}`),
            ].join('\n'),
          );
        for (const example of spec.examples.filter(({ operation }) => operation !== 'hook')) {
          if (example.request === null) continue;
          const { method, url, headers, body } = example.request;
          const lines = [
            `${method} ${url}`,
            ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
            ...(body === '' ? [] : ['', body]),
          ];
          session.show(`\n${example.operation}: ${example.name}\n  ${lines.join('\n  ')}`);
        }
        session.show(`\n${spec.name}: ${replayed.length - failed.length} of ${replayed.length} examples hold`);
      }
      if (failed.length > 0) throw new CliError(EXIT.failed, `${failed.length} examples of ${file} do not hold`);
      if (replayed.length === 0) throw new CliError(EXIT.failed, `${file} has no examples: nothing was proven`);
    });
}

function stateOf(it: {
  readonly paused: boolean;
  readonly paused_reason: string | null;
  readonly circuit_reason: string | null;
  readonly circuit_open_until: string | null;
}): string {
  if (it.paused) return `paused: ${it.paused_reason ?? ''}`;
  return it.circuit_open_until === null ? 'open to messages' : `circuit open until ${it.circuit_open_until}: ${it.circuit_reason ?? ''}`;
}

function load(file: string): ReturnType<typeof loadSpec> {
  try {
    return loadSpec(file);
  } catch (error) {
    if (error instanceof SpecError) throw new CliError(EXIT.failed, error.message, { problems: error.problems });
    throw error;
  }
}
