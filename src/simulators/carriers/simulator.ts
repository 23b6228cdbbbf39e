import type { ServerResponse } from 'node:http';
import { textReply, type Reply } from '../protocol.js';
import { openWire, readRequest } from '../wire.js';
import type { Asked, Dialect } from './dialect.js';
import { postByHttp } from './http-receipts.js';
import { jsonDialect } from './json-dialect.js';
import { createKernel } from './kernel.js';
import { createSmsc } from './smsc.js';
import { snsDialect } from './sns-dialect.js';
import { textDialect } from './text-dialect.js';
import { twilioDialect } from './twilio-dialect.js';
import { xmlDialect } from './xml-dialect.js';

/** The ways in which simulated carriers speak over HTTP. */
export const DIALECTS = {
  json: jsonDialect,
  xml: xmlDialect,
  text: textDialect,
  twilio: twilioDialect,
  sns: snsDialect,
} as const satisfies Record<string, Dialect>;
export const DIALECT_NAMES = ['json', 'xml', 'text', 'twilio', 'sns', 'smpp'] as const;
export type DialectName = (typeof DIALECT_NAMES)[number];

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
  /** PEM; SMPP only. */
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly now?: () => number;
}

/** A running one. */
export interface CarrierSimulator {
  readonly url: string;
  /** Ends in `/control`. */
  readonly control: string;
  close(): Promise<void>;
}

/** Builds and starts a simulated carrier. */
export async function startCarrierSimulator(options: CarrierSimulatorOptions): Promise<CarrierSimulator> {
  const host = options.host ?? '127.0.0.1';
  const given = { ...options, host, now: options.now ?? Date.now };
  const carrier = await (options.dialect === 'smpp'
    ? createSmsc(given)
    : createHttpCarrier(given, options.dialect, DIALECTS[options.dialect]));
  const controlWire = await openWire(host, 0, async (incoming, response) => {
    write(response, await carrier.kernel.control(await readRequest(incoming)));
  });
  return {
    url: carrier.url,
    control: `http://${host}:${controlWire.port}/control`,
    close: async () => {
      await Promise.all([carrier.close(), controlWire.close()]);
      carrier.kernel.close();
    },
  };
}

async function createHttpCarrier(
  options: CarrierSimulatorOptions & { readonly host: string; readonly now: () => number },
  name: string,
  dialect: Dialect,
): Promise<{ kernel: ReturnType<typeof createKernel>; url: string; close(): Promise<void> }> {
  const closing = new AbortController();
  const kernel = createKernel({
    seed: options.seed ?? 1,
    state: options.state,
    settings: options.settings ?? {},
    now: options.now,
    idOf: (number, message) => dialect.idOf?.(number, message) ?? `${name}${String(number).padStart(8, '0')}`,
    deliver: postByHttp(dialect, options.secret, options.now, closing.signal),
    onOutage: async (mode) => (mode === 'refuse' ? wire.deafen() : wire.listen()),
  });
  const { books, traps } = kernel;

  const send = async (asked: Extract<Asked, { kind: 'send' }>, response: ServerResponse): Promise<void> => {
    const refusal = kernel.refusal();
    if (refusal !== null) return write(response, dialect.refused(refusal));
    if (traps.spring('lost_request') !== null) return void response.socket?.resetAndDestroy();
    const reply = dialect.accepted(await kernel.take(asked.message));
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

  const wire = await openWire(options.host, options.port ?? 0, async (incoming, response) => {
    const request = await readRequest(incoming);
    const { latencyMs } = kernel.settings();
    if (kernel.outage() === 'hang') return;
    if (kernel.outage() === 'reset') return void response.socket?.resetAndDestroy();
    if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs));
    if (kernel.outage() === 'unavailable') return write(response, textReply('<html><body>Service Unavailable</body></html>', 503));
    const asked = dialect.read(request, options.apiKey);
    kernel.count(asked.kind);
    if (asked.kind === 'send') return send(asked, response);
    if (asked.kind === 'answer') return write(response, asked.reply);
    if (asked.kind === 'bad_key') return write(response, dialect.badKey());
    if (asked.kind === 'malformed') return write(response, dialect.malformed());
    const message = asked.kind === 'by_id' ? (books.messages.get(asked.id) ?? null) : books.byReference(asked.reference);
    return write(response, dialect.found(message, asked.kind));
  });

  return {
    kernel,
    url: `http://${options.host}:${wire.port}`,
    close: async () => {
      closing.abort();
      await wire.close();
    },
  };
}

function write(response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, { 'content-type': reply.contentType, ...reply.headers });
  response.end(reply.body);
}
