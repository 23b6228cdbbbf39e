import type { Channel } from '../domain/message.js';
import type { Sql } from './database.js';
import type { Span } from './message-reports.js';

/** What became of the codes that one variant of a template carried, in one language and channel. */
export interface CodeConversionRow {
  readonly template: string;
  readonly variant: string;
  readonly locale: string;
  readonly channel: Channel;
  /** Sends of which a carrier was asked at least once, or may have been. */
  readonly sent: number;
  /** Of them: a code of this very send was typed back. */
  readonly verified: number;
  /** Of them: may still be typed back. */
  readonly open: number;
  /** Seconds from asking for the code until it was typed back; null where none was. */
  readonly median_seconds: number | null;
}

/** Sends of a span by template, channel, language and variant, over all clients; test numbers do not count. */
export function codeConversions(sql: Sql, span: Span, limit: number): Promise<CodeConversionRow[]> {
  return sql.rows<CodeConversionRow>(
    `WITH sent AS (
       SELECT s.template, s.variant, s.locale, s.channel, v.status, extract(epoch FROM c.used_at - s.created_at)::float8 AS seconds
       FROM verification_sends s JOIN verifications v ON v.id = s.verification_id
       CROSS JOIN LATERAL (SELECT count(*) AS codes, min(used_at) AS used_at FROM verification_codes WHERE send_id = s.id) c
       WHERE s.created_at >= $1 AND s.created_at < $2 AND NOT v.test AND c.codes > 0)
     SELECT template, variant, locale, channel, count(*)::int AS sent, count(seconds)::int AS verified,
       count(*) FILTER (WHERE status = 'PENDING')::int AS open,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS median_seconds
     FROM sent GROUP BY 1, 2, 3, 4 ORDER BY template, channel, locale, variant LIMIT $3`,
    [span.from, span.to, limit],
  );
}
