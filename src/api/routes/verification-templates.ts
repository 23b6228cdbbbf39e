import { z } from 'zod';
import { codeConversions } from '../../db/code-conversions.js';
import type { Database } from '../../db/database.js';
import { CHANNELS } from '../../domain/message.js';
import { proportionOf } from '../../domain/proportion.js';
import { reportDays, spanOf } from '../report-days.js';
import { type AnyRoute, route } from '../route.js';

const MOST_ROWS = 5_000;

const share = z.number().nullable();
const row = z
  .object({
    template: z.string().meta({ description: 'Its id; those of built-in ones begin with built-in.' }),
    variant: z.string(),
    locale: z.string().meta({ description: 'The language that was found for it.' }),
    channel: z.enum(CHANNELS),
    sent: z.int().meta({ description: 'Codes that were given to a carrier; those of test numbers do not count.' }),
    verified: z.int().meta({ description: 'Of them: typed back. Of a verification with several codes, only the one that was typed.' }),
    open: z.int().meta({ description: 'Of them: may still be typed back.' }),
    rate: share.meta({ description: 'Share of those typed back among those that are not open, 0 to 1; null where all are open.' }),
    rate_low: share.meta({ description: 'Between this and rate_high lies the true share, 95 times of 100 (Wilson).' }),
    rate_high: share,
    median_seconds: z.number().nullable().meta({ description: 'From asking for the code until it was typed back.' }),
  })
  .meta({ id: 'CodeConversionRow' });

interface VerificationTemplateDeps {
  readonly database: Database;
  readonly clock: () => Date;
}

/** Which words for codes work: the test of variants against each other. */
export function verificationTemplateRoutes(deps: VerificationTemplateDeps): AnyRoute[] {
  return [
    route({
      method: 'get',
      path: '/v1/operator/verifications/templates',
      door: 'operator',
      limit: 'read',
      tag: 'Operator',
      summary: 'Texts of codes by variant, language and channel: how many were sent, typed back, and how fast',
      query: reportDays,
      answers: { 200: { description: 'By template, channel, language and variant.', json: z.object({ items: z.array(row) }) } },
      problems: [],
      async handle({ query }) {
        const rows = await codeConversions(deps.database, spanOf(query, deps.clock()), MOST_ROWS);
        const items = rows.map((found) => {
          const decided = proportionOf(found.verified, found.sent - found.open);
          return {
            ...found,
            rate: decided === null ? null : shown(decided.rate),
            rate_low: decided === null ? null : shown(decided.low),
            rate_high: decided === null ? null : shown(decided.high),
          };
        });
        return { status: 200, json: { items } };
      },
    }),
  ];
}

/** Four places are more than any such figure is worth. */
function shown(share: number): number {
  return Math.round(share * 10_000) / 10_000;
}
