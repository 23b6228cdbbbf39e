import { z } from 'zod';
import type { Database } from '../../db/database.js';
import { DomainError } from '../../domain/errors.js';
import type { MessageCommands } from '../../domain/message-request.js';
import { takeReceipt } from '../../send/take-receipt.js';
import { route, type AnyRoute } from '../route.js';

/** A carrier's hook as its adapter reads it; structurally a `HookReading` of the carrier contract. */
export type CarrierHook =
  | { readonly kind: 'receipts'; readonly receipts: readonly Parameters<typeof takeReceipt>[2][]; readonly reply: CarrierReply }
  | { readonly kind: 'nothing'; readonly reply: CarrierReply }
  | { readonly kind: 'refused'; readonly why: 'signature' | 'unreadable' };

interface CarrierReply {
  readonly status: number;
  readonly contentType: string | null;
  readonly body: string;
}

/** A hook's request as it came. */
export interface CarrierHookRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly now: number;
}

export interface CarrierHookDeps {
  readonly database: Database;
  readonly commands: Pick<MessageCommands, 'receiptArrived'>;
  readonly clock: () => Date;
  /** Where the world reaches this API; some carriers sign the whole address. Null: as the request says. */
  readonly publicUrl: string | null;
  /** Reads a hook of one of the configured carriers; null for a carrier that is none. */
  readonly readHook: (carrier: string, request: CarrierHookRequest) => Promise<CarrierHook | null>;
  readonly log: { warn(fields: object, message: string): void };
}

/**
 * Where carriers post delivery receipts. A receipt is a row before anybody is told; a signal that is lost is sent again by a
 * schedule.
 */
export function carrierHookRoutes(deps: CarrierHookDeps): AnyRoute[] {
  const taking = { database: deps.database, tellMessage: deps.commands.receiptArrived, log: deps.log };
  const common = {
    path: '/hooks/carriers/:carrier/:token',
    door: 'carrier',
    limit: 'none',
    tag: 'Hooks',
    params: z.object({ carrier: z.string().max(64), token: z.string().max(200) }),
    rawBody: true,
    answers: { 200: { description: 'Taken; the words that this carrier wants to hear.', media: 'text/plain' } },
    problems: ['forbidden', 'bad_request'],
  } as const;
  const handle = async ({
    params: { carrier },
    request,
    rawBody,
  }: {
    params: { carrier: string };
    request: { method?: string | undefined; url?: string | undefined; headers: NodeJS.Dict<string | string[]> };
    rawBody: Uint8Array;
  }) => {
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
    );
    const reading = await deps.readHook(carrier, {
      method: request.method ?? 'POST',
      url: `${deps.publicUrl ?? originOf(headers)}${request.url ?? ''}`,
      headers,
      body: rawBody,
      now: deps.clock().getTime(),
    });
    if (reading === null) throw new DomainError('not_found', 'There is nothing at this address.');
    if (reading.kind === 'refused') {
      deps.log.warn({ carrier, why: reading.why }, 'a carrier’s hook was refused');
      if (reading.why === 'signature') throw new DomainError('forbidden', 'This hook is not signed as this carrier signs.');
      throw new DomainError('bad_request', 'This hook cannot be read.');
    }
    if (reading.kind === 'receipts') for (const receipt of reading.receipts) await takeReceipt(taking, carrier, receipt, 'hook');
    const { reply } = reading;
    return {
      status: reply.status,
      raw: Buffer.from(reply.body),
      ...(reply.contentType === null ? {} : { headers: { 'Content-Type': reply.contentType } }),
    };
  };
  return [
    route({ ...common, method: 'post', summary: 'A carrier’s delivery receipts', handle }),
    route({ ...common, method: 'get', summary: 'A carrier’s delivery receipts, of those that send them in the address', handle }),
  ];
}

function originOf(headers: Readonly<Record<string, string>>): string {
  return `${headers['x-forwarded-proto'] === 'https' ? 'https' : 'http'}://${headers['host'] ?? ''}`;
}
