import type { Command } from 'commander';
import type { components } from '../client/schema.js';
import { leaf, type Shown } from './leaf.js';
import { connect, mustAnswer, type Session } from './session.js';
import { type Cell, table } from './table.js';

type Report = components['schemas']['OperatorVerificationReport'];
type Part = Report['totals'];

/** What verifications came to, against the targets and what others charge. */
export function verificationReportCommand(program: Command, session: Session): void {
  const operator = program.command('operator').summary('for operators: reports');
  leaf(
    operator
      .command('verification-report')
      .summary('verifications against the targets, by day, country and channel; what others would charge'),
    ['operator verification-report', 'operator verification-report --from 2026-11-01 --to 2026-11-30 --revenue 12000'],
  )
    .option('--from <day>', 'first day; seven days ago if missing')
    .option('--to <day>', 'last day; today if missing')
    .option('--revenue <amount>', 'what these days brought in, to hold the cost against')
    .action(async ({ json, ...query }: Shown & Record<string, string>) => {
      const it = await mustAnswer(connect(session, 'operator').GET('/v1/operator/verifications/report', { params: { query } }));
      session.show(json === true ? JSON.stringify(it) : pages(it).join('\n\n'));
    });
}

function pages(it: Report): string[] {
  return [
    `Verifications from ${it.from} to ${it.to}, ${it.currency}`,
    table(
      ['TARGET', 'WANTED', 'MEASURED', 'SAMPLE', 'VERDICT'],
      it.targets.map((one) => [
        NAMES[one.target],
        `${one.sense === 'below' ? 'below' : 'at least'} ${withUnit(one.bound, one.unit, it.currency)}`,
        one.value === null ? null : withUnit(one.value, one.unit, it.currency),
        one.sample,
        VERDICTS[one.verdict],
      ]),
    ),
    table(
      ['', 'VERIFICATIONS', 'VERIFIED', 'DROPPED', 'SUSPECT', 'BLOCKED', 'CODES', 'DELIVERED', 'P50 S', 'P99 S', 'COST', 'EACH', 'PAID'],
      [
        rowOf('all', it.totals),
        ...it.days.map((part) => rowOf(part.day, part)),
        ...it.countries.map((part) => rowOf(part.country, part)),
        ...it.channels.map((part) => [part.channel, null, part.typed_back, null, null, null, ...codesOf(part), part.cost, null, part.paid]),
      ],
    ),
    table(
      [`THE SAME ELSEWHERE, ${it.elsewhere.currency}`, 'THESE CODES', '50,000 A MONTH', '100,000 A MONTH'],
      it.elsewhere.senders.map((one) => [one.name, one.cost, one.month_of_50000, one.month_of_100000]),
    ),
    table(
      [`A LIMITER IN REDIS, ${it.elsewhere.currency}`, `${it.elsewhere.limiter_commands} COMMANDS`],
      it.elsewhere.limiters.map((one) => [one.name, one.cost]),
    ),
    `Prices of others: ${it.elsewhere.source}, ${it.elsewhere.as_of}.`,
  ];
}

const NAMES: Readonly<Record<Report['targets'][number]['target'], string>> = {
  delivery: 'codes delivered',
  delivery_seconds: 'delivery, 99 of 100',
  drop_off: 'never verified with a code',
  fraud: 'fraud',
  cost_50000: '50,000 verifications',
  cost_100000: '100,000 verifications',
  cost_of_revenue: 'cost of revenue',
};
const VERDICTS = { met: 'met', missed: 'MISSED', too_few: 'too few to say' } as const;

function rowOf(name: string, part: Part): Cell[] {
  return [
    name,
    part.verifications,
    withShare(part.verified, part.conversion_percent),
    withShare(part.dropped, part.drop_off_percent),
    part.suspect,
    part.blocked,
    ...codesOf(part),
    part.cost,
    part.cost_each,
    part.paid,
  ];
}

function codesOf(part: Pick<Part, 'codes' | 'delivered' | 'delivery_percent' | 'p50_seconds' | 'p99_seconds'>): Cell[] {
  return [
    part.codes,
    withShare(part.delivered, part.delivery_percent),
    part.p50_seconds?.toFixed(1) ?? null,
    part.p99_seconds?.toFixed(1) ?? null,
  ];
}

function withShare(count: number, percent: number | null): string {
  return percent === null ? String(count) : `${count} (${percent} %)`;
}

function withUnit(value: string, unit: Report['targets'][number]['unit'], currency: string): string {
  return `${value} ${unit === 'percent' ? '%' : unit === 'seconds' ? 's' : currency}`;
}
