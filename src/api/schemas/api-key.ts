import { z } from 'zod';
import type { KeyOverview } from '../../db/keys.js';
import { time, timeText } from './scalars.js';

/** An API key as operators see it; never the key itself. */
export const apiKey = z
  .object({
    id: z.uuid(),
    account_id: z.uuid(),
    role: z.enum(['client', 'operator']),
    prefix: z.string().meta({ description: 'Its first characters, to tell keys apart.' }),
    label: z.string().nullable(),
    created_at: time,
    last_used_at: time.nullable().meta({ description: 'To the minute.' }),
    revoked_at: time.nullable().meta({ description: 'From when on it opens nothing; may lie ahead.' }),
  })
  .meta({ id: 'ApiKey' });

/** A key's row in that form. */
export function keyShown(row: KeyOverview): z.output<typeof apiKey> {
  return {
    id: row.id,
    account_id: row.account_id,
    role: row.role,
    prefix: row.prefix,
    label: row.label,
    created_at: timeText(row.created_at),
    last_used_at: row.last_used_at === null ? null : timeText(row.last_used_at),
    revoked_at: row.revoked_at === null ? null : timeText(row.revoked_at),
  };
}
