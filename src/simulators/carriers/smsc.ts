import smpp, { type DecodedMessage, type PDU, type Server, type Session } from 'smpp';
import type { SimMessage } from './books.js';
import type { ReceiptWord, SubmittedMessage } from './dialect.js';
import { createKernel, type CarrierKernel } from './kernel.js';
import type { Posted } from './receipts.js';
import type { CarrierSimulatorOptions } from './simulator.js';
import type { SimRefusal } from './traps.js';

/** Command statuses; from 0x400 on they are a vendor's own. */
const STATUSES: Readonly<Record<SimRefusal, number>> = {
  throttled: 0x58,
  invalid_number: 0x0b,
  opted_out: 0x400,
  no_balance: 0x401,
  bad_sender: 0x0a,
  content: 0x01,
  bad_key: 0x0e,
  closed: 0x402,
};
const RSYSERR = 0x08;
const RINVBNDSTS = 0x04;
const RINVPASWD = 0x0e;
const RECEIPT = 0x04;
const WORDS: Readonly<Record<ReceiptWord, readonly [word: string, state: number | null]>> = {
  on_its_way: ['ENROUTE', 1],
  delivered: ['DELIVRD', 2],
  undelivered: ['UNDELIV', 5],
  strange: ['PONDERD', null],
};
const ANSWER_WITHIN_MS = 5_000;

/** A simulated SMSC: transceiver binds under one password, ids in hexadecimal, receipts on any bind of the same name. */
export async function createSmsc(
  options: CarrierSimulatorOptions & { readonly host: string; readonly now: () => number },
): Promise<{ kernel: CarrierKernel; url: string; close(): Promise<void> }> {
  const bound = new Set<Session>();
  const sessions = new Set<Session>();

  const deliver = async (message: SimMessage, word: ReceiptWord): Promise<Posted> => {
    if (message.receiptUrl === null) return 'unwanted';
    const session = [...bound].at(-1);
    if (session === undefined || kernel.outage() === 'hang') return 'unreachable';
    return new Promise<Posted>((resolve) => {
      const timer = setTimeout(() => resolve('unreachable'), ANSWER_WITHIN_MS);
      const answered = (pdu: PDU): void => {
        clearTimeout(timer);
        resolve(pdu.command_status === 0 ? 'posted' : 'refused');
      };
      if (!session.send(receiptOf(message, word, kernel.settings()), answered)) resolve('unreachable');
    });
  };
  const kernel = createKernel({
    seed: options.seed ?? 1,
    state: options.state,
    settings: options.settings ?? {},
    now: options.now,
    idOf: (number) => (0xa000 + number).toString(16),
    deliver,
    onOutage: async (mode) => {
      if (mode !== 'refuse') return listen();
      for (const session of sessions) session.destroy();
      await new Promise<void>((resolve) => (server.listening ? server.close(() => resolve()) : resolve()));
      return undefined;
    },
  });
  const { traps } = kernel;

  const onSession = (session: Session): void => {
    sessions.add(session);
    session.on('error', () => session.destroy());
    session.on('close', () => {
      sessions.delete(session);
      bound.delete(session);
    });
    session.on('pdu', (pdu: PDU) => {
      if (pdu.isResponse()) return;
      void serve(session, pdu).catch(() => session.destroy());
    });
  };
  const serve = async (session: Session, pdu: PDU): Promise<void> => {
    const { latencyMs } = kernel.settings();
    if (kernel.outage() === 'hang') return;
    if (kernel.outage() === 'reset') return session.destroy();
    if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs));
    const answer = (fields: Readonly<Record<string, unknown>>): void => void session.send(pdu.response(fields));
    if (kernel.outage() === 'unavailable') return answer({ command_status: RSYSERR });
    kernel.count(pdu.command);
    switch (pdu.command) {
      case 'bind_transceiver': {
        const right = pdu['password'] === options.apiKey;
        if (right) bound.add(session);
        return answer(right ? { system_id: 'simulated' } : { command_status: RINVPASWD });
      }
      case 'unbind':
        bound.delete(session);
        answer({});
        return session.close();
      case 'submit_sm':
        return bound.has(session) ? submit(session, pdu) : answer({ command_status: RINVBNDSTS });
      default:
        return answer({});
    }
  };
  const submit = async (session: Session, pdu: PDU): Promise<void> => {
    const refusal = kernel.refusal();
    if (refusal !== null) return void session.send(pdu.response({ command_status: STATUSES[refusal] }));
    if (traps.spring('lost_request') !== null) return session.destroy();
    const message = await kernel.take(submittedOf(pdu));
    if (traps.spring('lost_reply') !== null) return session.destroy();
    if (traps.spring('hang') !== null) return undefined;
    const reply = pdu.response({ message_id: message.id });
    if (traps.spring('error_page') !== null) return void session.socket.write('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    if (traps.spring('garbage') !== null) return void session.socket.write(Buffer.alloc(16, 0xff));
    if (traps.spring('cut_reply') !== null) {
      const bytes = reply.toBuffer();
      return void session.socket.write(bytes.subarray(0, bytes.length / 2), () => session.destroy());
    }
    return void session.send(reply);
  };

  const server: Server = smpp.createServer(options.tls ?? {}, onSession);
  let port = options.port ?? 0;
  const listen = async (): Promise<void> => {
    if (server.listening) return;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, options.host, () => {
        server.off('error', reject);
        resolve();
      });
    });
    const address = server.address();
    if (typeof address === 'object' && address !== null) port = address.port;
  };
  await listen();
  return {
    kernel,
    url: `${options.tls === undefined ? 'smpp' : 'smpps'}://${options.host}:${port}`,
    close: async () => {
      for (const session of sessions) session.destroy();
      await new Promise<void>((resolve) => (server.listening ? server.close(() => resolve()) : resolve()));
    },
  };
}

function submittedOf(pdu: PDU): SubmittedMessage {
  const short = messageOf(pdu['short_message']);
  const [from, to] = [textOf(pdu['source_addr']), textOf(pdu['destination_addr'])];
  return {
    reference: null,
    to: `+${to}`,
    from: from === '' ? null : from,
    text: short === '' ? messageOf(pdu['message_payload']) : short,
    receiptUrl: pdu['registered_delivery'] === 0 ? null : 'session',
  };
}

function messageOf(value: unknown): string {
  const message = typeof value === 'object' && value !== null && 'message' in value ? (value as DecodedMessage).message : value;
  return Buffer.isBuffer(message) ? message.toString('latin1') : textOf(message);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function receiptOf(
  message: SimMessage,
  word: ReceiptWord,
  settings: { readonly receiptIds: 'same' | 'decimal'; readonly receiptTlvs: boolean },
): PDU {
  const id = settings.receiptIds === 'decimal' ? BigInt(`0x${message.id}`).toString().padStart(10, '0') : message.id;
  const [stat, state] = WORDS[word];
  const done = word === 'delivered' ? '001' : '000';
  const text = `id:${id} sub:001 dlvrd:${done} submit date:2611211200 done date:2611211201 stat:${stat} err:${word === 'undelivered' ? '027' : '000'} text:${message.text.slice(0, 20)}`;
  return new smpp.PDU('deliver_sm', {
    esm_class: RECEIPT,
    source_addr: message.to.slice(1),
    destination_addr: message.from ?? '',
    short_message: Buffer.from(text, 'latin1').subarray(0, 254),
    ...(settings.receiptTlvs ? { receipted_message_id: id, ...(state === null ? {} : { message_state: state }) } : {}),
  });
}
