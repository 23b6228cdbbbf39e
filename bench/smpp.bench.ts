import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import smpp, { type PDU, type Session } from 'smpp';
import { expect, it } from 'vitest';
import { smppKind } from '../src/carriers/smpp/adapter.js';
import { createHttpClient } from '../src/http/client.js';
import { line, machine, round, spread } from './measure.js';

const SIMULATOR = fileURLToPath(new URL('../dist/simulators/carriers/main.js', import.meta.url));
const MESSAGES = 5_000;
const ROUNDS = 9;
const WINDOW = 100;
const PASSWORD = 'bench-1';
const TEXT = 'Your code is 493817. It is valid for 10 minutes.';
const TO = '447700900123';

/** One way of sending all messages, and how it ends. */
interface Sender {
  run(): Promise<void>;
  close(): Promise<unknown>;
}

/** The library as its own readme uses it, with the same fields and no more on its way than the window. */
async function bareSender(url: URL, receipts: boolean): Promise<Sender> {
  const session: Session = smpp.connect({ host: url.hostname, port: Number(url.port) });
  session.socket.setNoDelay(true);
  session.on('pdu', (pdu: PDU) => {
    if (!pdu.isResponse()) session.send(pdu.response());
  });
  const ask = async (pdu: PDU): Promise<PDU> => new Promise((resolve) => void session.send(pdu, resolve));
  await new Promise((resolve) => session.once('connect', resolve));
  await ask(new smpp.PDU('bind_transceiver', { system_id: 'bare', password: PASSWORD }));
  const fields = {
    source_addr_ton: 5,
    source_addr: 'Acme',
    dest_addr_ton: 1,
    dest_addr_npi: 1,
    destination_addr: TO,
    registered_delivery: receipts ? 1 : 0,
    validity_period: '000000001000000R',
    data_coding: 0,
    short_message: TEXT,
  };
  return {
    run: async () => {
      let left = MESSAGES;
      const one = async (): Promise<void> => {
        while (left > 0) {
          left -= 1;
          expect((await ask(new smpp.PDU('submit_sm', fields))).command_status).toBe(0);
        }
      };
      await Promise.all(Array.from({ length: WINDOW }, one));
    },
    close: async () => new Promise<void>((resolve) => session.destroy(resolve)),
  };
}

/** Our adapter, asked for all messages at once, as activities ask. */
function adapterSender(url: URL, receipts: boolean): Sender {
  const clock = { now: Date.now };
  const carrier = smppKind.create(
    {
      id: 'bench',
      secrets: { password: PASSWORD },
      settings: { system_id: 'adapter', window: String(WINDOW), receipts: receipts ? 'on' : 'off' },
      baseUrl: url.href,
      currency: 'USD',
      perSecond: 1_000_000,
      sender: 'Acme',
    },
    { http: createHttpClient({ clock }), clock, die: () => 0.5 },
  );
  carrier.listen!(async () => undefined);
  return {
    run: async () => {
      let left = MESSAGES;
      const one = async (): Promise<void> => {
        while (left > 0) {
          left -= 1;
          const outcome = await carrier.send(
            {
              reference: randomUUID(),
              channel: 'sms',
              to: `+${TO}`,
              from: null,
              text: TEXT,
              encoding: 'gsm7',
              segments: 1,
              validitySeconds: 600,
              maxPrice: 10_000n,
              receiptUrl: null,
            },
            { timeoutMs: 30_000 },
          );
          expect(outcome.kind).toBe('accepted');
        }
      };
      await Promise.all(Array.from({ length: WINDOW }, one));
    },
    close: async () => carrier.close(),
  };
}

/**
 * Messages a second through our SMPP adapter over those of the bare library with the same window, fields and simulated SMSC, in
 * turns. Prints one line of JSON for each: without receipts, and with them.
 */
it.each([false, true])('sends over SMPP (receipts: %s)', { timeout: 300_000 }, async (receipts) => {
  const settings = JSON.stringify({ receiptDelayMinMs: 0, receiptDelayMaxMs: 50, delivered: 1 });
  const child: ChildProcess = spawn(
    process.execPath,
    [SIMULATOR, '--dialect', 'smpp', '--api-key', PASSWORD, '--secret', 'none', '--settings', settings],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  try {
    const ready = await new Promise<string>((resolve) => void child.stdout!.once('data', (chunk: Buffer) => resolve(chunk.toString())));
    const url = new URL((JSON.parse(ready) as { url: string }).url);
    const perSecond: { bare: number[]; adapter: number[] } = { bare: [], adapter: [] };
    const cpuMs: { bare: number[]; adapter: number[] } = { bare: [], adapter: [] };
    const measured = async (kind: 'bare' | 'adapter'): Promise<void> => {
      const sender = kind === 'bare' ? await bareSender(url, receipts) : adapterSender(url, receipts);
      const [cpu, start] = [process.cpuUsage(), performance.now()];
      await sender.run();
      const seconds = (performance.now() - start) / 1_000;
      const used = process.cpuUsage(cpu);
      perSecond[kind].push(MESSAGES / seconds);
      cpuMs[kind].push((used.user + used.system) / 1_000 / MESSAGES);
      await sender.close();
    };
    // Once each to warm up.
    for (const kind of ['bare', 'adapter'] as const) await measured(kind);
    for (const figures of [perSecond, cpuMs]) for (const kind of ['bare', 'adapter'] as const) figures[kind].length = 0;
    // Who goes first changes, because the simulator's books grow.
    for (let turn = 0; turn < ROUNDS; turn += 1)
      for (const kind of turn % 2 === 0 ? (['bare', 'adapter'] as const) : (['adapter', 'bare'] as const)) await measured(kind);
    line({
      bench: 'smpp',
      receipts,
      messages: MESSAGES,
      window: WINDOW,
      bare_per_s: spread(perSecond.bare, 0),
      adapter_per_s: spread(perSecond.adapter, 0),
      ratio: spread(perSecond.adapter.map((value, turn) => value / perSecond.bare[turn]!)),
      cpu_ms_bare: round(cpuMs.bare.reduce((sum, value) => sum + value, 0) / ROUNDS, 4),
      cpu_ms_adapter: round(cpuMs.adapter.reduce((sum, value) => sum + value, 0) / ROUNDS, 4),
      ...machine(),
    });
  } finally {
    child.kill('SIGTERM');
  }
});
