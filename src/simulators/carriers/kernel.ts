import { z } from 'zod';
import { openJournal } from '../journal.js';
import { jsonReply, type ProtocolRequest, type Reply } from '../protocol.js';
import { createRandom } from '../random.js';
import { type CarrierBooks, createBooks, type SimMessage } from './books.js';
import type { SubmittedMessage } from './dialect.js';
import { createReceipts, type PostReceipt } from './receipts.js';
import { type CarrierSettings, DEFAULT_SETTINGS, mergeSettings } from './settings.js';
import { type CarrierTraps, createTraps, type SimRefusal, type TrapName, TRAPS } from './traps.js';

/** Ways to be away. */
export type Outage = z.output<typeof outageBody>['mode'];
const outageBody = z.strictObject({ mode: z.enum(['refuse', 'unavailable', 'hang', 'reset', 'none']) });

/** What happens at a simulated carrier, however it speaks. */
export interface CarrierKernel {
  readonly books: CarrierBooks;
  readonly traps: CarrierTraps;
  settings(): CarrierSettings;
  outage(): Outage;
  /** Counts a request of that kind. */
  count(kind: string): void;
  /** Why the next message is refused; null: it is not. */
  refusal(): SimRefusal | null;
  /** Takes a message: it is in the books, and its receipts are planned. */
  take(submitted: SubmittedMessage): Promise<SimMessage>;
  /** Answers what is asked of the control endpoints. */
  control(request: ProtocolRequest): Promise<Reply>;
  close(): void;
}

/** Builds the inside of a simulated carrier. */
export function createKernel(options: {
  readonly seed: number;
  readonly state: string | undefined;
  readonly settings: unknown;
  readonly now: () => number;
  /** The id of the so many-th message. */
  readonly idOf: (number: number, message: SubmittedMessage) => string;
  readonly deliver: PostReceipt;
  /** Told of a way to be away before it is over or begins. */
  readonly onOutage: (mode: Outage) => Promise<void>;
}): CarrierKernel {
  const { now } = options;
  const random = createRandom(options.seed);
  const initial = mergeSettings(DEFAULT_SETTINGS, options.settings);
  let settings = initial;
  // The dice of traps are apart, so that switching one on does not change everybody's fate.
  const traps = createTraps(createRandom(options.seed ^ 0x5bd1e995));
  const books = createBooks(options.state === undefined ? null : openJournal(options.state));
  const receipts = createReceipts({ books, deliver: options.deliver, settings: () => settings, now });
  for (const message of books.messages.values()) receipts.plan(message);
  let outage: Outage = 'none';
  let counts: Record<string, number> = {};
  let second = { at: 0, sent: 0 };

  const tooFast = (): boolean => {
    const at = Math.floor(now() / 1_000);
    second = at === second.at ? { at, sent: second.sent + 1 } : { at, sent: 1 };
    return settings.perSecond > 0 && second.sent > settings.perSecond;
  };
  const setOutage = async (mode: Outage): Promise<void> => {
    outage = mode;
    await options.onOutage(mode);
  };

  const take = async (submitted: SubmittedMessage): Promise<SimMessage> => {
    const springs = (name: TrapName): boolean => traps.spring(name) !== null;
    const fake = springs('fake_receipt');
    const arrives = random.chance(settings.delivered) && !fake && !springs('undelivered');
    const late = traps.spring('late_receipt')?.delayMs ?? 0;
    const delay = random.int(settings.receiptDelayMinMs, settings.receiptDelayMaxMs);
    const quirks = (['no_receipt', 'doubled_receipt', 'backwards', 'unknown_status', 'bad_signature'] as const).filter(springs) as string[];
    if (!arrives) quirks.push('lost');
    if (fake || (!arrives && random.chance(settings.fake))) quirks.push('fake_receipt');
    if (random.chance(settings.silent)) quirks.push('no_receipt');
    if (random.chance(settings.doubled)) quirks.push('doubled_receipt');
    const message: SimMessage = {
      ...submitted,
      id: options.idOf(books.nextId(), submitted),
      price: settings.price,
      currency: settings.currency,
      at: now(),
      status: 'on_its_way',
      arrived: null,
      receiptAt: now() + delay + late,
      receipts: 0,
      quirks,
    };
    books.add(message);
    receipts.plan(message);
    if (springs('early_receipt')) await receipts.post(message, 'delivered');
    return message;
  };

  const control = async (request: ProtocolRequest): Promise<Reply> => {
    const [, , resource = '', name] = request.path.split('/');
    const body: unknown = request.body === '' ? {} : JSON.parse(request.body);
    switch (`${request.method} ${resource}`) {
      case 'GET books':
        return jsonReply({ messages: [...books.messages.values()].slice(Number(name ?? 0)) });
      case 'GET requests':
        return jsonReply({ byKind: counts, receipts: receipts.counts });
      case 'GET settings':
        return jsonReply(settings);
      case 'PUT settings':
        settings = mergeSettings(settings, body);
        second = { at: 0, sent: 0 };
        return jsonReply(settings);
      case 'GET traps':
        return jsonReply({ set: traps.list(), known: TRAPS });
      case 'POST traps':
        return jsonReply(traps.set(body), 201);
      case 'DELETE traps':
        traps.clear(name);
        return jsonReply({ set: traps.list() });
      case 'POST outage': {
        const { mode } = outageBody.parse(body);
        await setOutage(mode);
        return jsonReply({ mode }, 202);
      }
      case 'POST reset':
        traps.clear();
        settings = initial;
        counts = {};
        await setOutage('none');
        return jsonReply({});
      default:
        return jsonReply({ message: `there is no ${request.method} ${request.path}` }, 404);
    }
  };

  return {
    books,
    traps,
    settings: () => settings,
    outage: () => outage,
    count: (kind) => {
      counts[kind] = (counts[kind] ?? 0) + 1;
    },
    refusal: () => traps.spring('refuse')?.reason ?? (tooFast() ? 'throttled' : null),
    take,
    control: async (request) => {
      try {
        return await control(request);
      } catch (error) {
        const message = error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : 'unknown';
        return jsonReply({ message }, 400);
      }
    },
    close: () => {
      receipts.close();
      books.close();
    },
  };
}
