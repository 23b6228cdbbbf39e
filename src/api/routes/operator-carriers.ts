import { z } from 'zod';
import { type CarrierOverview, carrierOverviews, setCarrierPaused } from '../../db/carrier-overview.js';
import type { Database } from '../../db/database.js';
import { DomainError } from '../../domain/errors.js';
import { formatMoney } from '../../domain/money.js';
import { type AnyRoute, route } from '../route.js';
import { currency, keepable, money, time, timeText } from '../schemas/scalars.js';

const overview = z
  .object({
    id: z.string(),
    kind: z.string().meta({ description: 'Its spec, or the protocol of a coded adapter.' }),
    channels: z.array(z.string()),
    simulated: z.boolean(),
    currency,
    receipts: z.enum(['push', 'poll', 'both', 'none']).meta({ description: 'How its delivery receipts come.' }),
    prices: z.int().meta({ description: 'Lines of its price sheet.' }),
    countries: z.int().meta({ description: 'Countries that it can send to.' }),
    circuit_open_until: time.nullable(),
    circuit_reason: z.string().nullable(),
    paused: z.boolean(),
    paused_reason: z.string().nullable(),
    attempts: z.int().meta({ description: 'Of the last 24 hours, as all counts.' }),
    accepted: z.int(),
    refused: z.int(),
    ambiguous: z.int().meta({ description: 'Replies that were lost and that nothing has resolved.' }),
    delivered: z.int(),
    undelivered: z.int(),
    cost: money.meta({ description: 'What it charged, in its currency.' }),
    last_receipt_at: time.nullable(),
    hook_url: z.string().nullable().meta({
      description: 'What to enter at the carrier for its receipts; a path, where no public_url is configured. Null if it posts none.',
    }),
  })
  .meta({ id: 'CarrierOverview' });

interface OperatorCarrierDeps {
  readonly database: Database;
  /** Address of a carrier's hooks; null where it has none. */
  readonly hookUrl: (carrier: string) => string | null;
}

/** What the person who runs watchword sees of carrier accounts, and the switch by which nothing more is sent there. */
export function operatorCarrierRoutes(deps: OperatorCarrierDeps): AnyRoute[] {
  return [
    route({
      method: 'get',
      path: '/v1/operator/carriers',
      door: 'operator',
      limit: 'read',
      tag: 'Operator',
      summary: 'Carrier accounts: what they took, delivered and cost within a day, circuits',
      answers: { 200: { description: 'All accounts.', json: z.object({ items: z.array(overview) }) } },
      problems: [],
      async handle() {
        return { status: 200, json: { items: (await carrierOverviews(deps.database)).map((row) => shown(row, deps)) } };
      },
    }),
    switchRoute(deps, 'pause', 'Send nothing more by it; receipts of what was sent still count', (sql, id, reason) =>
      setCarrierPaused(sql, id, reason),
    ),
    switchRoute(deps, 'resume', 'Send by it again', (sql, id) => setCarrierPaused(sql, id, null)),
  ];
}

function switchRoute(
  deps: OperatorCarrierDeps,
  path: string,
  summary: string,
  turn: (sql: Database, carrier: string, reason: string) => Promise<void>,
): AnyRoute {
  return route({
    method: 'post',
    path: `/v1/operator/carriers/:carrier/${path}`,
    door: 'operator',
    limit: 'command',
    tag: 'Operator',
    summary,
    params: z.object({ carrier: z.string().max(64) }),
    body: z.strictObject({ reason: keepable(500).min(1).meta({ description: 'Shown to operators, and kept in the list of actions.' }) }),
    answers: { 200: { description: 'Done, or done before.', json: overview } },
    problems: [],
    async handle({ params: { carrier }, body }) {
      const find = async () => (await carrierOverviews(deps.database, carrier))[0];
      if ((await find()) === undefined) throw new DomainError('not_found', `There is no carrier account "${carrier}".`);
      await turn(deps.database, carrier, body.reason);
      return { status: 200, json: shown((await find())!, deps) };
    },
  });
}

function shown(row: CarrierOverview, deps: OperatorCarrierDeps): z.input<typeof overview> {
  const at = (date: Date | null) => (date === null ? null : timeText(date));
  const { paused_at: pausedAt, ...rest } = row;
  return {
    ...rest,
    channels: [...row.channels],
    circuit_open_until: at(row.circuit_open_until),
    paused: pausedAt !== null,
    cost: formatMoney(row.cost),
    last_receipt_at: at(row.last_receipt_at),
    hook_url: deps.hookUrl(row.id),
  };
}
