import { z } from 'zod';

const ms = z.number().int().min(0).max(31_536_000_000);
const share = z.number().min(0).max(1);

/** What can be set at start and at run time. Durations are milliseconds, shares lie between 0 and 1. */
export const settingsSchema = z.strictObject({
  /** Before any answer. */
  latencyMs: ms,
  /** From the acceptance to the first receipt that is a last word. */
  receiptDelayMinMs: ms,
  receiptDelayMaxMs: ms,
  /** How many messages reach their phone. */
  delivered: share,
  /** Of those that do not, how many are reported as delivered all the same. */
  fake: share,
  /** How many receipts are never sent. */
  silent: share,
  /** How many receipts come twice. */
  doubled: share,
  /** Of a segment, in units of `currency`. */
  price: z.string().regex(/^\d{1,6}(?:\.\d{1,6})?$/u),
  currency: z.string().regex(/^[A-Z]{3}$/u),
  /** Messages a second above which sending is throttled; 0 is no limit. */
  perSecond: z.number().min(0),
  /** Milliseconds between two tries to post a receipt, and how often it is tried. */
  retryMs: ms.min(1),
  retries: z.number().int().min(0).max(50),
  /** SMPP: how receipts write the ids that answers give in hexadecimal, and whether they name id and state in fields of their own too. */
  receiptIds: z.enum(['same', 'decimal']),
  receiptTlvs: z.boolean(),
});
export type CarrierSettings = z.output<typeof settingsSchema>;

/** What a simulated carrier does when nothing is set. */
export const DEFAULT_SETTINGS: CarrierSettings = {
  latencyMs: 0,
  receiptDelayMinMs: 200,
  receiptDelayMaxMs: 2_000,
  delivered: 0.98,
  fake: 0,
  silent: 0,
  doubled: 0,
  price: '0.01',
  currency: 'USD',
  perSecond: 0,
  retryMs: 1_000,
  retries: 5,
  receiptIds: 'same',
  receiptTlvs: true,
};

/** @throws z.ZodError that names the setting. */
export function mergeSettings(current: CarrierSettings, patch: unknown): CarrierSettings {
  const merged = settingsSchema.parse({ ...current, ...settingsSchema.partial().parse(patch) });
  return merged.receiptDelayMaxMs < merged.receiptDelayMinMs ? { ...merged, receiptDelayMaxMs: merged.receiptDelayMinMs } : merged;
}
