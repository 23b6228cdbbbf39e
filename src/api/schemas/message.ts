import { z } from 'zod';
import { CHANNELS, MESSAGE_STATUSES } from '../../domain/message.js';
import { currency, keepable, maxPrice, metadata, money, time } from './scalars.js';

const DAY_SECONDS = 86_400;
/** Ten segments: beyond that carriers cut texts, each in its own way. */
const MOST_CHARACTERS = 1_530;

/** The message as clients see it. */
export const outgoingMessage = z
  .object({
    id: z.uuid(),
    status: z.enum(MESSAGE_STATUSES),
    reason: z.string().nullable().meta({ description: 'Why it ended so: a carrier’s refusal, a receipt, its time.' }),
    channel: z.enum(CHANNELS),
    to: z.string().nullable().meta({ description: 'E.164; null after the retention time.', example: '+6281234567890' }),
    country: z.string(),
    from: z.string().nullable(),
    text: z.string().nullable().meta({ description: 'Null after the retention time.' }),
    encoding: z.enum(['gsm7', 'ucs2']),
    segments: z.int(),
    price: money.nullable().meta({ description: 'What was paid for it, whatever became of it; null until a carrier took it.' }),
    held: money.nullable().meta({ description: 'What is held for it; null once it is paid or given back.' }),
    currency,
    batch_id: z.uuid().nullable(),
    send_at: time.nullable(),
    valid_until: time,
    created_at: time,
    sent_at: time.nullable(),
    delivered_at: time.nullable().meta({ description: 'When a carrier’s receipt said so; a carrier’s acceptance is not a delivery.' }),
    converted: z.boolean().nullable().meta({ description: 'Your own word on whether it did its work; null until you give one.' }),
    metadata: z.record(z.string(), z.string()),
  })
  .meta({ id: 'OutgoingMessage', description: 'A text to one phone and what became of it.' });

export type ShownMessage = z.output<typeof outgoingMessage>;

/** What sending a text would take. */
export const estimate = z
  .object({
    channel: z.enum(CHANNELS),
    country: z.string(),
    encoding: z.enum(['gsm7', 'ucs2']),
    segments: z.int(),
    not_gsm7: z.array(z.string()).meta({ description: 'Characters that make the text UCS-2, and with it shorter segments.' }),
    price_from: money.nullable().meta({ description: 'By the cheapest carrier; null where none reaches this number.' }),
    price_to: money.nullable(),
    currency,
  })
  .meta({ id: 'MessageEstimate' });

const text = keepable(MOST_CHARACTERS).min(1);
const recipient = z.string().max(40).meta({ description: 'The phone, in international form.', example: '+6281234567890' });

/** How a message is to be sent, whoever it is for. */
const manner = {
  channel: z.enum(CHANNELS).default('sms'),
  from: z
    .string()
    .regex(/^(\+?\d{3,15}|[A-Za-z0-9 ._&-]{1,11})$/, 'must be a number, a short code, or up to 11 letters and digits')
    .nullish()
    .meta({ type: ['string', 'null'], description: 'Sender ID; the carrier’s own when missing.' }),
  max_price: maxPrice.nullish().meta({ description: 'The most that one message may cost.' }),
  carriers: z.array(z.string().max(64)).min(1).max(20).nullish().meta({ description: 'Only these carriers; all when missing.' }),
  failover: z.boolean().default(true).meta({ description: 'Whether a carrier that refuses or stays silent is followed by the next.' }),
  send_at: z.iso
    .datetime({ offset: true })
    .nullish()
    .meta({ type: ['string', 'null'], description: 'When to send it, at most 30 days ahead; at once when missing.' }),
  validity_seconds: z
    .int()
    .min(60)
    .max(3 * DAY_SECONDS)
    .default(DAY_SECONDS)
    .meta({ description: 'How long after sending the message is still of use.' }),
  dry_run: z.boolean().default(false).meta({ description: 'Says what it would take, and sends nothing.' }),
};

/** What POST /v1/messages takes. */
export const messageRequest = z
  .strictObject({ to: recipient, text, ...manner, metadata: metadata.default({}) })
  .meta({ id: 'MessageRequest' });

export type MessageRequest = z.output<typeof messageRequest>;

/** Messages of one batch, at most. */
export const MOST_OF_A_BATCH = 1_000;

/** What POST /v1/messages/batches takes. */
export const batchRequest = z
  .strictObject({
    messages: z
      .array(
        z.strictObject({
          to: recipient,
          text: text.optional().meta({ description: 'Instead of the text of all.' }),
          metadata: metadata.default({}),
        }),
      )
      .min(1)
      .max(MOST_OF_A_BATCH),
    text: text.optional().meta({ description: 'The text of all that have none of their own.' }),
    ...manner,
  })
  .meta({ id: 'MessageBatchRequest' });

export type BatchRequest = z.output<typeof batchRequest>;

/** A batch as clients see it. */
export const messageBatch = z
  .object({
    id: z.uuid(),
    status: z.enum(['SENDING', 'SENT']).meta({ description: 'SENDING until every message is handed over to its carriers, or refused.' }),
    size: z.int(),
    waiting: z.int().meta({ description: 'Messages that are not handed over yet.' }),
    refused: z.int().meta({ description: 'Messages that were not taken: nothing was sent and nothing paid.' }),
    messages: z.partialRecord(z.enum(MESSAGE_STATUSES), z.int()).meta({ description: 'How many messages stand where.' }),
    refusals: z
      .array(z.object({ index: z.int().meta({ description: 'Place in the request, from 0.' }), code: z.string() }))
      .meta({ description: 'The first hundred that were refused.' }),
    cancel_asked_at: time.nullable(),
    created_at: time,
    handed_over_at: time.nullable(),
  })
  .meta({ id: 'MessageBatch' });

/** What sending a batch would take. */
export const batchEstimate = z
  .object({
    size: z.int(),
    segments: z.int().meta({ description: 'Of all messages together.' }),
    unreachable: z.int().meta({ description: 'Messages that no carrier reaches.' }),
    price_from: money.meta({ description: 'Of all that can be reached, each by its cheapest carrier.' }),
    price_to: money,
    currency,
  })
  .meta({ id: 'MessageBatchEstimate' });
