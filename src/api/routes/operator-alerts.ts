import { z } from 'zod';
import { listMessages } from '../../db/alert-messages.js';
import { type AlertView, lastEvaluation, listAlerts } from '../../db/alerts.js';
import type { Database } from '../../db/database.js';
import { lastLedgerCheck } from '../../db/ledger-checks.js';
import { ALERT_CONDITIONS, ALERT_NAMES, type AlertName, runbookOf } from '../../domain/alert-conditions.js';
import { type AnyRoute, route } from '../route.js';
import { time, timeText } from '../schemas/scalars.js';

const alert = z
  .object({
    condition: z.enum(ALERT_NAMES as [AlertName, ...AlertName[]]),
    subject: z.string().meta({
      description: 'A provider, a pair (`provider/service/country`), an activation’s id or a route; empty for the whole installation.',
    }),
    severity: z.enum(['page', 'warn']),
    firing: z.boolean(),
    since: time,
    resolved_at: time.nullable(),
    told_at: time.nullable().meta({ description: 'When operators were last told that it fires.' }),
    facts: z.record(z.string(), z.unknown()).meta({ description: 'What was found last.' }),
    what: z.string(),
    press: z.string(),
    runbook: z.string(),
  })
  .meta({ id: 'Alert' });

const message = z
  .object({
    id: z.string().meta({ description: 'The `webhook-id` of its delivery.' }),
    condition: z.string(),
    kind: z.enum(['started', 'repeated', 'ended']),
    created_at: time,
    delivery: z.enum(['none', 'pending', 'delivered', 'gone', 'given_up']).meta({
      description: '`none`: no receiver is configured. `gone`: it answered 410. `given_up`: it did not take the message in time.',
    }),
    tries: z.int(),
    last_result: z.string().nullable(),
  })
  .meta({ id: 'AlertMessage' });

const alerts = z
  .object({
    evaluated_at: time.nullable().meta({ description: 'When the conditions were last looked at; null before the first time.' }),
    unknown: z.array(z.string()).meta({ description: 'Conditions that could not be looked for then.' }),
    firing: z.int().meta({ description: 'How many of `items` fire.' }),
    items: z.array(alert).meta({ description: 'Those that fire, then those that were over within seven days; at most 500.' }),
    messages: z.array(message).meta({ description: 'The fifty newest messages to operators.' }),
    ledger_check: z
      .object({
        started_at: time,
        ended_at: time,
        verdict: z.enum(['clean', 'differences', 'incomplete']),
        problems: z.int(),
        reason: z.string().nullable(),
      })
      .nullable(),
  })
  .meta({ id: 'Alerts' });

const MOST_ALERTS = 500;
const MOST_MESSAGES = 50;

/** What is wrong now, what was of late, and whether operators were told. */
export function operatorAlertRoutes(deps: { readonly database: Database }): AnyRoute[] {
  return [
    route({
      method: 'get',
      path: '/v1/operator/alerts',
      door: 'operator',
      limit: 'read',
      tag: 'Operator',
      summary: 'Alerts that fire and those that were over lately, with what may be pressed',
      answers: { 200: { description: 'The alerts.', json: alerts } },
      problems: [],
      async handle() {
        const [evaluation, items, messages, check] = await Promise.all([
          lastEvaluation(deps.database),
          listAlerts(deps.database, MOST_ALERTS),
          listMessages(deps.database, MOST_MESSAGES),
          lastLedgerCheck(deps.database),
        ]);
        const known = items.filter((row): row is AlertView & { condition: AlertName } => row.condition in ALERT_CONDITIONS);
        return {
          status: 200,
          json: {
            evaluated_at: evaluation === null ? null : timeText(evaluation.at),
            unknown: evaluation?.unknown ?? [],
            firing: known.filter(({ resolved_at }) => resolved_at === null).length,
            items: known.map(shown),
            messages: messages.map((row) => ({ ...row, created_at: timeText(row.created_at) })),
            ledger_check:
              check === null
                ? null
                : {
                    started_at: timeText(check.startedAt),
                    ended_at: timeText(check.endedAt),
                    verdict: check.verdict,
                    problems: check.problems,
                    reason: check.reason,
                  },
          },
        };
      },
    }),
  ];
}

function shown(row: AlertView & { readonly condition: AlertName }): z.input<typeof alert> {
  const { severity, what, press } = ALERT_CONDITIONS[row.condition];
  return {
    condition: row.condition,
    subject: row.subject,
    severity,
    firing: row.resolved_at === null,
    since: timeText(row.firing_since),
    resolved_at: row.resolved_at === null ? null : timeText(row.resolved_at),
    told_at: row.told_at === null ? null : timeText(row.told_at),
    facts: row.facts,
    what,
    press,
    runbook: runbookOf(row.condition),
  };
}
