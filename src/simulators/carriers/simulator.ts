import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import { openJournal } from '../journal.js';
import { jsonReply, textReply, type ProtocolRequest, type Reply } from '../protocol.js';
import { createRandom } from '../random.js';
import { openWire, readRequest } from '../wire.js';
import { createBooks, type SimMessage } from './books.js';
import type { Asked, Dialect, SubmittedMessage } from './dialect.js';
import { jsonDialect } from './json-dialect.js';
import { createReceipts } from './receipts.js';
import { DEFAULT_SETTINGS, mergeSettings } from './settings.js';
import { textDialect } from './text-dialect.js';
import { twilioDialect } from './twilio-dialect.js';
import { createTraps, type TrapName, TRAPS } from './traps.js';
import { xmlDialect } from './xml-dialect.js';

/** The ways in which simulated carriers speak. */
export const DIALECTS = { json: jsonDialect, xml: xmlDialect, text: textDialect, twilio: twilioDialect } as const satisfies Record<
  string,
  Dialect
>;
export type DialectName = keyof typeof DIALECTS;

/** What a simulated carrier is started with. */
export interface CarrierSimulatorOptions {
  readonly dialect: DialectName;
  readonly host?: string;
  /** 0 takes a free one. The control endpoints always take a free port of their own. */
  readonly port?: number;
  readonly apiKey: string;
  /** By which receipts are signed. */
  readonly secret: string;
  readonly seed?: number;
  /** File that keeps the books over restarts; without it they live in memory. */
  readonly state?: string;
  readonly settings?: unknown;
  readonly now?: () => number;
}

/** A running one. */
export interface CarrierSimulator {
  readonly url: string;
  /** Ends in `/control`. */
  readonly control: string;
  close(): Promise<void>;
}

const outageBody = z.strictObject({ mode: z.enum(['refuse', 'unavailable', 'hang', 'reset', 'none']) });

/** Builds and starts a simulated carrier. */
export async function startCarrierSimulator(options: CarrierSimulatorOptions): Promise<CarrierSimulator> {
  const now = options.now ?? Date.now;
  const host = options.host ?? '127.0.0.1';
  const dialect: Dialect = DIALECTS[options.dialect];
  const random = createRandom(options.seed ?? 1);
  const initial = mergeSettings(DEFAULT_SETTINGS, options.settings ?? {});
  let settings = initial;
  // The dice of traps are apart, so that switching one on does not change everybody's fate.
  const traps = createTraps(createRandom((options.seed ?? 1) ^ 0x5bd1e995));
  const books = createBooks(options.state === undefined ? null : openJournal(options.state));
  const receipts = createReceipts({ books, dialect, secret: options.secret, settings: () => settings, now });
  for (const message of books.messages.values()) receipts.plan(message);
  let outage: z.output<typeof outageBody>['mode'] = 'none';
  let counts: Record<string, number> = {};
  let second = { at: 0, sent: 0 };

  const tooFast = (): boolean => {
    const at = Math.floor(now() / 1_000);
    second = at === second.at ? { at, sent: second.sent + 1 } : { at, sent: 1 };
    return settings.perSecond > 0 && second.sent > settings.perSecond;
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
    const number = books.nextId();
    const message: SimMessage = {
      ...submitted,
      id: dialect.idOf?.(number, submitted) ?? `${options.dialect}${String(number).padStart(8, '0')}`,
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

  const send = async (asked: Extract<Asked, { kind: 'send' }>, response: ServerResponse): Promise<void> => {
    const refusal = traps.spring('refuse')?.reason ?? (tooFast() ? 'throttled' : null);
    if (refusal !== null) return write(response, dialect.refused(refusal));
    if (traps.spring('lost_request') !== null) return void response.socket?.resetAndDestroy();
    const reply = dialect.accepted(await take(asked.message));
    if (traps.spring('lost_reply') !== null) return void response.socket?.resetAndDestroy();
    if (traps.spring('hang') !== null) return undefined;
    const page = traps.spring('error_page');
    if (page !== null) return write(response, textReply('<html><body><h1>Bad gateway</h1></body></html>', page.status));
    if (traps.spring('cut_reply') !== null) {
      response.writeHead(reply.status, { 'content-type': reply.contentType, 'content-length': Buffer.byteLength(reply.body) });
      response.write(reply.body.slice(0, reply.body.length / 2), () => response.socket?.destroy());
      return undefined;
    }
    return write(response, traps.spring('garbage') === null ? reply : dialect.garbage());
  };

  const wire = await openWire(host, options.port ?? 0, async (incoming, response) => {
    const request = await readRequest(incoming);
    if (outage === 'hang') return;
    if (outage === 'reset') return void response.socket?.resetAndDestroy();
    if (settings.latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, settings.latencyMs));
    if (outage === 'unavailable') return write(response, textReply('<html><body>Service Unavailable</body></html>', 503));
    const asked = dialect.read(request, options.apiKey);
    counts[asked.kind] = (counts[asked.kind] ?? 0) + 1;
    if (asked.kind === 'send') return send(asked, response);
    if (asked.kind === 'bad_key') return write(response, dialect.badKey());
    if (asked.kind === 'malformed') return write(response, dialect.malformed());
    const message = asked.kind === 'by_id' ? (books.messages.get(asked.id) ?? null) : books.byReference(asked.reference);
    return write(response, dialect.found(message, asked.kind));
  });

  const control = async (request: ProtocolRequest): Promise<Reply> => {
    const [, , resource = '', name] = request.path.split('/');
    const body: unknown = request.body === '' ? {} : JSON.parse(request.body);
    switch (`${request.method} ${resource}`) {
      case 'GET books':
        return jsonReply({ messages: [...books.messages.values()] });
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
      case 'POST outage':
        outage = outageBody.parse(body).mode;
        await (outage === 'refuse' ? wire.deafen() : wire.listen());
        return jsonReply({ mode: outage }, 202);
      case 'POST reset':
        traps.clear();
        settings = initial;
        counts = {};
        outage = 'none';
        await wire.listen();
        return jsonReply({});
      default:
        return jsonReply({ message: `there is no ${request.method} ${request.path}` }, 404);
    }
  };
  const controlWire = await openWire(host, 0, async (incoming, response) => {
    const request = await readRequest(incoming);
    try {
      write(response, await control(request));
    } catch (error) {
      const message = error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : 'unknown';
      write(response, jsonReply({ message }, 400));
    }
  });

  return {
    url: `http://${host}:${wire.port}`,
    control: `http://${host}:${controlWire.port}/control`,
    close: async () => {
      receipts.close();
      await Promise.all([wire.close(), controlWire.close()]);
      books.close();
    },
  };
}

function write(response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, { 'content-type': reply.contentType, ...reply.headers });
  response.end(reply.body);
}
