import { z } from 'zod';
import type { Database } from '../../db/database.js';
import { countFindings, type DecisionRow, listDecisions } from '../../db/fraud-decisions.js';
import { CHANNELS } from '../../domain/message.js';
import { cutPage, decodeCursor, DEFAULT_PAGE, pageQuery, timePlace } from '../cursor.js';
import { type AnyRoute, route } from '../route.js';
import { time, timeText } from '../schemas/scalars.js';

const finding = z
  .object({
    rule: z.string(),
    mode: z.enum(['monitor', 'enforce']),
    verdict: z.enum(['limit', 'block']),
    detail: z.record(z.string(), z.unknown()).meta({ description: 'What the rule saw; never a number, address or code.' }),
  })
  .meta({ id: 'FraudFinding' });

const decision = z
  .object({
    id: z.uuid(),
    account: z.uuid(),
    verification: z.uuid(),
    number: z.string().meta({ description: 'Part of a keyed hash: the same phone has the same.' }),
    network: z.string().nullable().meta({ description: 'The same of the address; null where the client named none.' }),
    prefix: z.string(),
    country: z.string(),
    line_type: z.string(),
    channel: z.enum(CHANNELS),
    verdict: z.enum(['allow', 'limit', 'block']),
    mode: z.enum(['monitor', 'enforce']).nullable().meta({ description: 'Of the strongest finding; null without any.' }),
    findings: z.array(finding),
    at: time,
  })
  .meta({ id: 'FraudDecision' });

const ruleCount = z
  .object({
    rule: z.string(),
    mode: z.enum(['monitor', 'enforce']),
    verdict: z.enum(['limit', 'block']),
    count: z.int(),
    numbers: z.int().meta({ description: 'Different phones that it was found of.' }),
    typed_back: z.int().meta({
      description: 'Verifications that were allowed in spite of it, and succeeded: people whom enforcing the rule would have refused.',
    }),
  })
  .meta({ id: 'FraudRuleCount' });

const DAY_MS = 86_400_000;

/** What the fraud rules decided, and how often each of them found something. */
export function operatorFraudRoutes(deps: { readonly database: Database; readonly clock: () => Date }): AnyRoute[] {
  return [
    route({
      method: 'get',
      path: '/v1/operator/fraud/decisions',
      door: 'operator',
      limit: 'read',
      tag: 'Operator',
      summary: 'Decisions of the fraud rules, newest first',
      query: z.object({
        ...pageQuery,
        rule: z
          .string()
          .regex(/^[a-z_]{1,40}$/, 'must be the name of a rule, such as number_sends')
          .optional(),
        verdict: z.enum(['allow', 'limit', 'block']).optional(),
        account: z.uuid().optional(),
        verification: z.uuid().optional(),
      }),
      answers: { 200: { description: 'A page.', json: z.object({ items: z.array(decision), next_cursor: z.string().nullable() }) } },
      problems: [],
      async handle({ query }) {
        const limit = query.limit ?? DEFAULT_PAGE;
        const rows = await listDecisions(deps.database, {
          rule: query.rule ?? null,
          verdict: query.verdict ?? null,
          accountId: query.account ?? null,
          verificationId: query.verification ?? null,
          after: decodeCursor(query.cursor, z.tuple([timePlace, z.uuid()])),
          limit: limit + 1,
        });
        const page = cutPage(rows, limit, (last) => [last.place, last.id]);
        return { status: 200, json: { items: page.items.map(shown), next_cursor: page.nextCursor } };
      },
    }),
    route({
      method: 'get',
      path: '/v1/operator/fraud/rules',
      door: 'operator',
      limit: 'read',
      tag: 'Operator',
      summary: 'What each fraud rule found',
      description: 'For a rule that is only watched, `typed_back` against `count` tells whether enforcing it would refuse people.',
      query: z.object({
        days: z
          .string()
          .regex(/^\d{1,2}$/, 'must be a whole number')
          .transform(Number)
          .refine((days) => days >= 1 && days <= 90, 'must be 1 to 90')
          .optional()
          .meta({ type: 'integer', minimum: 1, maximum: 90, default: 1, description: 'How many days back.' }),
      }),
      answers: {
        200: { description: 'Counts.', json: z.object({ since: time, decisions: z.int(), rules: z.array(ruleCount) }) },
      },
      problems: [],
      async handle({ query }) {
        const since = new Date(deps.clock().getTime() - (query.days ?? 1) * DAY_MS);
        return { status: 200, json: { since: timeText(since), ...(await countFindings(deps.database, since)) } };
      },
    }),
  ];
}

function shown(row: DecisionRow): z.output<typeof decision> {
  const { id, number, network, prefix, country, channel, verdict, mode } = row;
  return {
    id,
    account: row.account_id,
    verification: row.verification_id,
    number,
    network,
    prefix,
    country,
    line_type: row.line_type,
    channel,
    verdict,
    mode,
    findings: [...row.findings],
    at: timeText(row.at),
  };
}
