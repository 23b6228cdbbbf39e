import { z } from 'zod';
import { parseMoney } from '../domain/money.js';

const ms = z.number().int().min(0).max(31_536_000_000);
const money = z.string().transform((text, context) => {
  try {
    parseMoney(text);
    return text;
  } catch {
    context.addIssue({ code: 'custom', message: 'is no amount with at most six places' });
    return z.NEVER;
  }
});

/** What can be set at start and, but for `balance` and `currency`, at run time. Durations are milliseconds. */
export const settingsSchema = z.strictObject({
  /** Balance of fresh books; an existing state file keeps its own. */
  balance: money,
  currency: z.string().regex(/^[A-Z]{3}$/u),
  /** An SMS comes this long after the purchase, and after every request for another one. */
  smsDelayMinMs: ms,
  smsDelayMaxMs: ms,
  lifetimeMs: ms.min(1),
  /** Lifetimes of single services, by our slug. */
  serviceLifetimesMs: z.record(z.string(), ms.min(1)),
  /** A cancel is refused before this age of the order. */
  cancelWindowMs: ms,
  /** From the end of an unused order to the refund on the balance. */
  refundDelayMs: ms,
  /** Requests allowed in `rateWindowMs`; 0 is no limit. */
  rateLimit: z.number().int().min(0),
  rateWindowMs: ms.min(1),
  /** After this many breaches in ten windows every request is refused for `rateBanMs`; 0 never. */
  rateBreaches: z.number().int().min(0),
  rateBanMs: ms,
  /** Where SMS are posted to. */
  hooks: z.array(z.url({ protocol: /^https?$/u })).max(3),
  hookDelayMs: ms,
  hookTimeoutMs: ms.min(1),
  /** Every pause of the documented retry policy is multiplied by this. */
  hookRetryScale: z.number().min(0).max(10),
  /** The provider's clock is wrong by this much, in its Date header and all its timestamps; may be negative. */
  clockSkewMs: z.number().int(),
  /** Further offers, or others for a pair that the seeded list has. `stock` 0 takes it off sale. */
  offers: z.array(
    z.strictObject({
      service: z.string(),
      country: z.string(),
      operator: z.string().optional(),
      price: money,
      stock: z.number().int().min(0),
    }),
  ),
  /** Actions that this server does not have (handler_api); they answer BAD_ACTION. */
  missingActions: z.array(z.string()),
  /** Form of getActiveActivations; `auto` is the dialect's own. */
  listForm: z.enum(['auto', 'wrapped', 'plain', 'database', 'data']),
  /** How an empty getActiveActivations is worded in the wrapped and plain forms. */
  emptyList: z.enum(['json', 'text', 'list']),
  /** Minutes that zoneless timestamps are ahead of UTC. */
  zoneMinutes: z.number().int().min(-720).max(840),
});

export type Settings = z.output<typeof settingsSchema>;

/** What may be given: any part of it. */
export type SettingsPatch = Partial<z.input<typeof settingsSchema>>;

const COMMON: Settings = {
  balance: '100.00',
  currency: 'USD',
  smsDelayMinMs: 1_000,
  smsDelayMaxMs: 6_000,
  lifetimeMs: 1_200_000,
  serviceLifetimesMs: {},
  cancelWindowMs: 0,
  refundDelayMs: 0,
  rateLimit: 0,
  rateWindowMs: 1_000,
  rateBreaches: 5,
  rateBanMs: 600_000,
  hooks: [],
  hookDelayMs: 50,
  hookTimeoutMs: 3_000,
  hookRetryScale: 1,
  clockSkewMs: 0,
  offers: [],
  missingActions: [],
  listForm: 'auto',
  emptyList: 'json',
  zoneMinutes: 180,
};

/** What a simulator of a kind does when nothing is set. */
export function defaultSettings(kind: 'handler_api' | 'fivesim'): Settings {
  return kind === 'handler_api' ? { ...COMMON, cancelWindowMs: 120_000 } : COMMON;
}

/** @throws z.ZodError that names the setting. */
export function mergeSettings(current: Settings, patch: unknown): Settings {
  const given = settingsSchema.partial().parse(patch);
  const merged = settingsSchema.parse({ ...current, ...given });
  if (merged.smsDelayMaxMs < merged.smsDelayMinMs) {
    return given.smsDelayMaxMs === undefined
      ? { ...merged, smsDelayMaxMs: merged.smsDelayMinMs }
      : { ...merged, smsDelayMinMs: merged.smsDelayMaxMs };
  }
  return merged;
}
