import type { Database } from '../db/database.js';
import type { Span } from '../db/message-reports.js';
import {
  allowSorting,
  type BlockedCounts,
  blockedCounts,
  type CodeCounts,
  codeCounts,
  countAsked,
  type ReportScope,
  type VerificationCounts,
  verificationCounts,
} from '../db/verification-report.js';
import {
  CODE_PRICE_LISTS,
  LIMITER_COMMANDS,
  LIMITER_PRICE_LISTS,
  limiterMonthAt,
  monthAt,
  PRICE_LISTS_SOURCE,
} from '../domain/code-price-lists.js';
import { costOfVolume, type JudgedTarget, judgeTargets, percentOf } from '../domain/code-targets.js';
import type { Channel } from '../domain/message.js';
import { formatMoney, type Micros } from '../domain/money.js';
import { invalidField } from './problem.js';

/** The most verifications that are summed up at once; measured in docs/verification-report.md. */
const MOST_VERIFICATIONS = 500_000;

/** What a report is about. */
export interface ReportRequest {
  readonly span: Span;
  readonly currency: string;
  /** Of the same days, micro units of the wallet currency; null where nobody said. */
  readonly revenue: Micros | null;
  /** Whose: the caller's own, or everybody's. */
  readonly accountId: string | null;
}

interface Counted {
  readonly verifications: readonly VerificationCounts[];
  readonly codes: readonly CodeCounts[];
  /** Null in a client's own report. */
  readonly blocked: readonly BlockedCounts[] | null;
}

/** Figures of one day, one country or all; what the house alone knows is missing in a client's own. */
type Part = ReturnType<ReturnType<typeof partsOf>>;

/** A report, as the API tells it: amounts are decimal strings. */
export interface VerificationReport {
  readonly from: string;
  readonly to: string;
  readonly currency: string;
  readonly totals: Part;
  readonly targets: readonly JudgedTarget[];
  readonly days: readonly (Part & { readonly day: string })[];
  readonly countries: readonly (Part & { readonly country: string })[];
  readonly channels: readonly (ReturnType<typeof codePart> & { readonly channel: Channel })[];
  readonly elsewhere: ReturnType<typeof elsewhere>;
}

/**
 * What verifications came to, held against the targets and the price lists.
 *
 * @throws DomainError `invalid_input` where there are too many of them.
 */
export async function verificationReport(
  database: Database,
  request: ReportRequest,
  most = MOST_VERIFICATIONS,
): Promise<VerificationReport> {
  const counted = await count(database, request, most);
  const part = partsOf(counted, request.currency);
  const all = counted.verifications.find(isAll)!;
  const codes = counted.codes.find((row) => isAll(row) && row.channel === null)!;
  const days = counted.verifications.flatMap(({ day }) => (day === null ? [] : [day]));
  return {
    from: dayText(request.span.from),
    to: dayText(new Date(request.span.to.getTime() - 1)),
    currency: request.currency,
    totals: part(null, null),
    targets: judgeTargets({
      verifications: all.verifications,
      delivered: codes.delivered,
      undelivered: codes.undelivered,
      timed: codes.timed,
      p99Seconds: codes.p99_seconds,
      reached: all.reached,
      dropped: all.dropped,
      cost: costOf(codes, counted),
      fraud: counted.blocked === null ? null : { blocked: counted.blocked.find(isAll)?.blocked ?? 0, suspect: all.suspect },
      revenue: request.revenue,
    }),
    days: days.map((day) => ({ day, ...part(day, null) })),
    countries: counted.verifications.flatMap(({ country }) => (country === null ? [] : [{ country, ...part(null, country) }])),
    channels: counted.codes.flatMap(({ channel, ...row }) => (channel === null ? [] : [{ channel, ...codePart(row, counted) }])),
    elsewhere: elsewhere(
      days.map((day) => ({
        month: day.slice(0, 7),
        verifications: counted.verifications.find((row) => row.day === day)!.verifications,
        codes: counted.codes.find((row) => row.day === day)?.codes ?? 0,
      })),
    ),
  };
}

function count(database: Database, { span, accountId }: ReportRequest, most: number): Promise<Counted> {
  const read = async (sql: Parameters<typeof codeCounts>[0], scope: ReportScope): Promise<Counted> => {
    if ((await countAsked(sql, span, most + 1)) > most)
      throw invalidField('from', `More than ${most} verifications were begun in these days: ask for fewer days.`);
    await allowSorting(sql);
    return {
      verifications: await verificationCounts(sql, span, scope),
      codes: await codeCounts(sql, span, scope),
      blocked: scope === 'house' ? await blockedCounts(sql, span) : null,
    };
  };
  return accountId === null ? database.snapshot((sql) => read(sql, 'house')) : database.asClient(accountId, (sql) => read(sql, 'client'));
}

/** Figures of one day, of one country, or of all. */
function partsOf(counted: Counted, currency: string) {
  return (day: string | null, country: string | null) => {
    const is = (row: { readonly day: string | null; readonly country: string | null }) => row.day === day && row.country === country;
    const own = counted.verifications.find(is)!;
    const codes = counted.codes.find((row) => is(row) && row.channel === null) ?? NO_CODES;
    const { day: _, country: __, suspect, ...counts } = own;
    const each = costOfVolume(costOf(codes, counted), own.verifications, 1n);
    return {
      ...counts,
      conversion_percent: number(percentOf(own.verified, own.verifications - own.pending)),
      drop_off_percent: number(percentOf(own.dropped, own.reached)),
      ...codePart(codes, counted),
      cost_each: each === null ? null : formatMoney(each),
      currency,
      ...(counted.blocked === null ? {} : { suspect, blocked: counted.blocked.find(is)?.blocked ?? 0 }),
    };
  };
}

function codePart(codes: Omit<CodeCounts, 'day' | 'country' | 'channel'>, { blocked }: Counted) {
  return {
    codes: codes.codes,
    delivered: codes.delivered,
    undelivered: codes.undelivered,
    delivery_percent: number(percentOf(codes.delivered, codes.delivered + codes.undelivered)),
    typed_back: codes.converted,
    p50_seconds: codes.p50_seconds,
    p99_seconds: codes.p99_seconds,
    paid: formatMoney(codes.paid),
    ...(blocked === null ? {} : { cost: formatMoney(codes.cost) }),
  };
}

const NO_CODES: CodeCounts = {
  day: null,
  country: null,
  channel: null,
  codes: 0,
  delivered: 0,
  undelivered: 0,
  converted: 0,
  timed: 0,
  p50_seconds: null,
  p99_seconds: null,
  paid: 0n,
  cost: 0n,
};

/** What it cost whoever reads: the house its carriers, a client what it paid. */
function costOf({ cost, paid }: Pick<CodeCounts, 'cost' | 'paid'>, { blocked }: Counted): Micros {
  return blocked === null ? paid : cost;
}

/** What the same codes would have cost at the price lists, a calendar month at a time, because free ones and volumes count by the month. */
function elsewhere(days: readonly { readonly month: string; readonly verifications: number; readonly codes: number }[]) {
  const months = new Map<string, { verifications: bigint; codes: bigint }>();
  for (const { month, verifications, codes } of days) {
    const sum = months.get(month) ?? { verifications: 0n, codes: 0n };
    months.set(month, { verifications: sum.verifications + BigInt(verifications), codes: sum.codes + BigInt(codes) });
  }
  const over = (cost: (of: { readonly verifications: bigint; readonly codes: bigint }) => Micros) =>
    formatMoney([...months.values()].reduce((sum, of) => sum + cost(of), 0n));
  return {
    source: PRICE_LISTS_SOURCE.document,
    as_of: PRICE_LISTS_SOURCE.date,
    currency: PRICE_LISTS_SOURCE.currency,
    months: months.size,
    senders: CODE_PRICE_LISTS.map((list) => ({
      id: list.id,
      name: list.name,
      cost: over(({ codes }) => monthAt(list, codes)),
      month_of_50000: formatMoney(monthAt(list, 50_000n)),
      month_of_100000: formatMoney(monthAt(list, 100_000n)),
    })),
    limiter_commands: Number([...months.values()].reduce((sum, { verifications }) => sum + verifications, 0n) * LIMITER_COMMANDS),
    limiters: LIMITER_PRICE_LISTS.map((list) => ({
      id: list.id,
      name: list.name,
      cost: over(({ verifications }) => limiterMonthAt(list, verifications)),
    })),
  };
}

function isAll({ day, country }: { readonly day: string | null; readonly country: string | null }): boolean {
  return day === null && country === null;
}

function number(text: string | null): number | null {
  return text === null ? null : Number(text);
}

function dayText(date: Date): string {
  return date.toISOString().slice(0, 10);
}
