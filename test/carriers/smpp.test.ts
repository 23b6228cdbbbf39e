import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import smpp, { type PDU } from 'smpp';
import { afterEach, describe, expect, it } from 'vitest';
import type { Carrier, OutgoingMessage, Receipt } from '../../src/carriers/carrier.js';
import { smppKind } from '../../src/carriers/smpp/adapter.js';
import { createLink } from '../../src/carriers/smpp/link.js';
import { createHttpClient } from '../../src/http/client.js';
import { obliging, type Script, type ScriptedSmsc, startScripted } from './scripted-smsc.js';
import { API_KEY, type SimulatedCarrier, startSimulated } from './simulated-carrier.js';

const CALL = { timeoutMs: 5_000 };
const clock = { now: Date.now };
const http = createHttpClient({ clock });
const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

function connect(url: string, settings: Record<string, string> = {}, perSecond = 1_000): Carrier {
  const carrier = smppKind.create(
    {
      id: 'smsc',
      secrets: { password: API_KEY },
      settings: { system_id: 'watchword', reconnect_seconds: '1', ...settings },
      baseUrl: url,
      currency: 'USD',
      perSecond,
      sender: null,
    },
    { http, clock, die: () => 0.5 },
  );
  closing.push(() => carrier.close());
  return carrier;
}
async function scripted(script: Script): Promise<ScriptedSmsc> {
  const smsc = await startScripted(script);
  closing.push(() => smsc.close());
  return smsc;
}
async function simulated(...args: readonly string[]): Promise<SimulatedCarrier> {
  const simulator = await startSimulated('smpp', '--settings', '{"receiptDelayMinMs":10,"receiptDelayMaxMs":20,"delivered":1}', ...args);
  closing.push(() => simulator.kill('SIGTERM'));
  return simulator;
}
function message(given: Partial<OutgoingMessage> = {}): OutgoingMessage {
  return {
    reference: randomUUID(),
    channel: 'sms',
    to: '+447700900123',
    from: 'Acme',
    text: 'Your code is 493817',
    encoding: 'gsm7',
    segments: 1,
    validitySeconds: 600,
    maxPrice: 10_000n,
    receiptUrl: null,
    ...given,
  };
}
/** Texts of the submissions that came, by which a test tells messages apart. */
function textsOf(smsc: ScriptedSmsc): readonly string[] {
  return smsc.of('submit_sm').map((pdu) => (pdu['short_message'] as { message: string }).message);
}
async function settled(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

describe('a submission over SMPP', () => {
  it('says who it is from, where it goes and how long it is good for', async () => {
    const smsc = await scripted(obliging());
    const carrier = connect(smsc.url, { system_type: 'sms', service_type: 'OTP' });
    for (const from of ['Acme', '+447700900000', '12345', null]) await carrier.send(message({ from }), CALL);
    expect(smsc.requests[0]).toMatchObject({
      command: 'bind_transceiver',
      system_id: 'watchword',
      password: API_KEY,
      interface_version: 0x34,
    });
    expect(smsc.of('submit_sm')).toMatchObject([
      { source_addr: 'Acme', source_addr_ton: 5, source_addr_npi: 0, dest_addr_ton: 1, dest_addr_npi: 1, destination_addr: '447700900123' },
      { source_addr: '447700900000', source_addr_ton: 1, source_addr_npi: 1, service_type: 'OTP', registered_delivery: 1, data_coding: 0 },
      { source_addr: '12345', source_addr_ton: 3, source_addr_npi: 0 },
      { source_addr: '', source_addr_ton: 0, source_addr_npi: 0 },
    ]);
    for (const from of ['Much too long a name', 'Ärger'])
      expect(await carrier.send(message({ from }), CALL)).toMatchObject({ kind: 'refused', reason: 'bad_sender' });
    expect(await carrier.send(message({ channel: 'voice' }), CALL)).toMatchObject({ kind: 'refused', reason: 'unsupported' });
    expect(smsc.of('submit_sm')).toHaveLength(4);
  });

  it('leaves out receipts and validity where the account wants none', async () => {
    const smsc = await scripted(obliging());
    const carrier = connect(smsc.url, { receipts: 'off', validity: 'none', source_alphanumeric: '5/1', destination: '2/8' });
    await carrier.send(message(), CALL);
    expect(carrier.capabilities.receipts).toBe('none');
    expect(smsc.of('submit_sm')).toMatchObject([
      { registered_delivery: 0, validity_period: '', source_addr_npi: 1, dest_addr_ton: 2, dest_addr_npi: 8 },
    ]);
  });

  it('of a long text goes part after part, and is named by all of them', async () => {
    const simulator = await simulated();
    const carrier = connect(simulator.url);
    const outcome = await carrier.send(message({ text: 'x'.repeat(300) + 'y'.repeat(50), segments: 3 }), CALL);
    const booked = await simulator.books();
    expect(booked.map(({ text }) => text)).toEqual(['x'.repeat(153), `${'x'.repeat(147)}${'y'.repeat(6)}`, 'y'.repeat(44)]);
    expect(outcome).toMatchObject({ kind: 'accepted', messageId: booked[2]!.id, partIds: booked.map(({ id }) => id) });
  });

  it('of a long text is one payload where the account says so', async () => {
    const simulator = await simulated();
    const outcome = await connect(simulator.url, { long_messages: 'payload' }).send(message({ text: 'ж'.repeat(200), segments: 3 }), CALL);
    expect(await simulator.books()).toMatchObject([{ text: 'ж'.repeat(200) }]);
    expect(outcome).not.toHaveProperty('partIds');
  });

  it('is refused where it takes more segments than are paid for', async () => {
    const smsc = await scripted(obliging());
    const carrier = connect(smsc.url, { alphabet: 'ucs2' });
    expect(await carrier.send(message({ text: 'x'.repeat(100) }), CALL)).toMatchObject({ kind: 'refused', reason: 'price' });
    expect(smsc.of('submit_sm')).toHaveLength(0);
  });

  it('of which a further part is throttled is continued; one that is refused leaves a message that was sent in part', async () => {
    const statuses = [0, 0x58, 0, 0, 0x0b];
    const smsc = await scripted((pdu) => {
      if (pdu.command !== 'submit_sm') return {};
      const status = statuses.shift()!;
      return status === 0 ? { message_id: String(statuses.length) } : { command_status: status };
    });
    const carrier = connect(smsc.url);
    const long = { text: 'x'.repeat(200), segments: 2 };
    expect(await carrier.send(message(long), CALL)).toMatchObject({ kind: 'accepted', partIds: ['4', '2'] });
    expect(await carrier.send(message(long), CALL)).toMatchObject({ kind: 'ambiguous', why: 'only 1 of 2 parts were taken' });
  });

  it.each([
    [0x14, { kind: 'refused', reason: 'throttled', code: '0x00000014' }],
    [0x58, { kind: 'refused', reason: 'throttled' }],
    [0x08, { kind: 'ambiguous' }],
    [0xff, { kind: 'ambiguous' }],
    [0x401, { kind: 'refused', reason: 'no_balance' }],
    [0x402, { kind: 'ambiguous' }],
  ])('answered with status %s', async (status, wanted) => {
    const smsc = await scripted((pdu) => (pdu.command === 'submit_sm' ? { command_status: status } : {}));
    expect(await connect(smsc.url, { statuses: '1025=no_balance' }).send(message(), CALL)).toMatchObject(wanted);
    expect(smsc.of('submit_sm')).toHaveLength(1);
  });
});

describe('a connection over SMPP', () => {
  it('has no more on its way than its window; what finds no place in time was not sent', async () => {
    const waiting: (() => void)[] = [];
    const smsc = await scripted((pdu, session) => {
      if (pdu.command !== 'submit_sm') return {};
      waiting.push(() => session.send(pdu.response({ message_id: '1' })));
      return null;
    });
    const carrier = connect(smsc.url, { window: '2' });
    const sends = ['a', 'b', 'c', 'd'].map((text) => carrier.send(message({ text }), { timeoutMs: text === 'd' ? 300 : 5_000 }));
    await settled(200);
    expect(textsOf(smsc)).toEqual(['a', 'b']);
    expect(await sends[3]).toMatchObject({ kind: 'refused', reason: 'throttled' });
    waiting.shift()!();
    await expect.poll(() => textsOf(smsc)).toEqual(['a', 'b', 'c']);
    for (const answer of waiting) answer();
    expect((await Promise.all(sends)).map(({ kind }) => kind)).toEqual(['accepted', 'accepted', 'accepted', 'refused']);
  });

  it('sends nothing of what cannot be written', async () => {
    const smsc = await scripted(obliging());
    const options = { host: '127.0.0.1', port: Number(new URL(smsc.url).port), tls: null, window: 1, perSecond: 10, enquireMs: 30_000 };
    const link = createLink(
      { ...options, bind: { system_id: 'a', password: 'b', system_type: '' }, longestPauseMs: 1_000 },
      { clock, die: () => 0.5, delivered: async () => true },
    );
    closing.push(() => link.close());
    expect(await link.submit({ short_message: Buffer.alloc(300) }, CALL)).toEqual({ kind: 'not_sent', why: 'unfit' });
    expect(await link.submit({ short_message: Buffer.alloc(200) }, CALL)).toMatchObject({ kind: 'answered', status: 0 });
    expect(smsc.of('submit_sm')).toHaveLength(1);
  });

  it('submits no faster than the account may', async () => {
    const smsc = await scripted(obliging());
    const carrier = connect(smsc.url, {}, 20);
    await carrier.send(message(), CALL);
    const start = performance.now();
    await Promise.all(Array.from({ length: 10 }, () => carrier.send(message(), CALL)));
    expect(performance.now() - start).toBeGreaterThan(400);
  });

  it('that is lost leaves what was on its way to be found out, and sends nothing of it again', async () => {
    let lose = true;
    let ids = 0;
    const smsc = await scripted((pdu) => (pdu.command === 'submit_sm' ? (lose ? null : { message_id: String((ids += 1)) }) : {}));
    const carrier = connect(smsc.url, { window: '2' });
    const sends = ['a', 'b', 'c'].map((text) => carrier.send(message({ text }), CALL));
    await expect.poll(() => textsOf(smsc)).toEqual(['a', 'b']);
    lose = false;
    smsc.sessions[0]!.destroy();
    expect((await Promise.all(sends)).map(({ kind }) => kind)).toEqual(['ambiguous', 'ambiguous', 'accepted']);
    expect(await carrier.send(message({ text: 'd' }), CALL)).toMatchObject({ kind: 'accepted' });
    expect(textsOf(smsc)).toEqual(['a', 'b', 'c', 'd']);
    expect(smsc.of('bind_transceiver')).toHaveLength(2);
  });

  it('asks whether the other side lives, says that it does, and gives up one that is silent', async () => {
    let silent = false;
    const smsc = await scripted((pdu) => (silent ? null : obliging()(pdu, smsc.sessions[0]!)));
    const carrier = connect(smsc.url, { enquire_link_seconds: '1' });
    await carrier.send(message(), CALL);
    const answered = new Promise<PDU>((resolve) => void smsc.sessions[0]!.send(new smpp.PDU('enquire_link'), resolve));
    expect(await answered).toMatchObject({ command: 'enquire_link_resp', command_status: 0 });
    await expect.poll(() => smsc.of('enquire_link').length).toBeGreaterThan(1);
    expect(smsc.sessions).toHaveLength(1);
    silent = true;
    await expect.poll(() => smsc.sessions.length).toBeGreaterThan(1);
  });

  it('that the other side ends politely is made again', async () => {
    const smsc = await scripted(obliging());
    const carrier = connect(smsc.url);
    await carrier.send(message(), CALL);
    const answered = new Promise<PDU>((resolve) => void smsc.sessions[0]!.send(new smpp.PDU('unbind'), resolve));
    expect(await answered).toMatchObject({ command: 'unbind_resp' });
    await expect.poll(async () => (await carrier.send(message(), CALL)).kind).toBe('accepted');
    expect(smsc.of('bind_transceiver')).toHaveLength(2);
  });

  it('that is refused says so until it is granted', async () => {
    let status = 0x0e;
    const smsc = await scripted((pdu, session) =>
      pdu.command === 'bind_transceiver' ? { command_status: status } : obliging()(pdu, session),
    );
    const carrier = connect(smsc.url);
    for (const _ of [1, 2]) expect(await carrier.send(message(), CALL)).toMatchObject({ kind: 'fatal', reason: 'bad_credentials' });
    const patient = connect(smsc.url, { reconnect_seconds: '60' });
    for (const _ of [1, 2]) expect(await patient.send(message(), CALL)).toMatchObject({ kind: 'fatal', reason: 'bad_credentials' });
    status = 0;
    await expect.poll(async () => (await carrier.send(message(), CALL)).kind).toBe('accepted');
    expect(smsc.of('submit_sm')).toHaveLength(1);
  });

  it('that never holds is made again at ever longer pauses', async () => {
    const smsc = await scripted((pdu, session) => {
      if (pdu.command === 'bind_transceiver') setTimeout(() => session.destroy(), 5);
      return {};
    });
    connect(smsc.url, { reconnect_seconds: '60' }).listen!(async () => undefined);
    await settled(3_000);
    // After 0.15, 0.45, 1.05 and 2.25 seconds; without growing pauses there would be forty.
    expect(smsc.sessions.length).toBeGreaterThan(2);
    expect(smsc.sessions.length).toBeLessThan(8);
  });

  it('that is granted to somebody else only for now is no fatal refusal', async () => {
    const smsc = await scripted((pdu) => (pdu.command === 'bind_transceiver' ? { command_status: 0x05 } : {}));
    expect(await connect(smsc.url).send(message(), CALL)).toMatchObject({ kind: 'refused', reason: 'unavailable' });
  });

  it('is not made by an adapter that only reads hooks, and ends when it is closed', async () => {
    const smsc = await scripted(obliging());
    const carrier = connect(smsc.url);
    await carrier.readHook({ method: 'POST', url: 'http://x', headers: {}, body: Buffer.alloc(0), now: 0 });
    await settled(100);
    expect(smsc.sessions).toHaveLength(0);
    await carrier.send(message(), CALL);
    await carrier.close();
    expect(smsc.of('unbind')).toHaveLength(1);
    expect(await carrier.send(message(), CALL)).toMatchObject({ kind: 'refused', reason: 'unavailable' });
    expect(smsc.sessions).toHaveLength(1);
  });

  it('survives what it has no answer for', async () => {
    const smsc = await scripted(obliging());
    const carrier = connect(smsc.url);
    await carrier.send(message(), CALL);
    const [session] = smsc.sessions;
    session!.send(new smpp.PDU('alert_notification', { source_addr: '1', esme_addr: '2' }));
    session!.socket.write(Buffer.from('00000010000001ff0000000000000009', 'hex'));
    expect(await carrier.send(message(), CALL)).toMatchObject({ kind: 'accepted' });
    session!.socket.write(Buffer.alloc(64, 0xff));
    await expect.poll(() => smsc.sessions.length).toBe(2);
    expect(await carrier.send(message(), CALL)).toMatchObject({ kind: 'accepted' });
  });

  it('is encrypted where its address says so, and only with somebody who can prove who he is', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'watchword-smpp-'));
    closing.push(async () => rmSync(folder, { recursive: true }));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', cert, ...subject],
      {
        stdio: 'ignore',
      },
    );
    const simulator = await simulated('--tls-key', key, '--tls-cert', cert);
    expect(simulator.url).toMatch(/^smpps:/);
    expect(await connect(simulator.url).send(message(), CALL)).toMatchObject({ kind: 'refused', reason: 'unavailable' });
    expect(await connect(simulator.url, { ca_file: cert }).send(message(), CALL)).toMatchObject({ kind: 'accepted' });
    expect(await simulator.books()).toHaveLength(1);
  });
});

describe('receipts over SMPP', () => {
  it('are answered only once they are stored, and come again where they are not', async () => {
    const smsc = await scripted(obliging());
    const carrier = connect(smsc.url);
    const taken: Receipt[] = [];
    let store: (() => void) | null = null;
    let broken = true;
    carrier.listen!(async (receipt) => {
      if (broken) throw new Error('no database');
      await new Promise<void>((resolve) => (store = resolve));
      taken.push(receipt);
    });
    await expect.poll(() => smsc.of('bind_transceiver').length).toBe(1);
    const answers: number[] = [];
    const deliver = (): void =>
      void smsc.sessions[0]!.send(
        new smpp.PDU('deliver_sm', { esm_class: 4, short_message: Buffer.from('id:7 stat:DELIVRD err:000') }),
        ({ command_status: status }) => answers.push(status),
      );
    deliver();
    await expect.poll(() => answers).toEqual([0x64]);
    broken = false;
    deliver();
    await expect.poll(() => store).not.toBeNull();
    await settled(100);
    expect(answers).toEqual([0x64]);
    store!();
    await expect.poll(() => answers).toEqual([0x64, 0]);
    expect(taken).toMatchObject([{ messageId: '7', status: 'delivered' }]);
    // A text from a phone is nobody's receipt, and is not to come again.
    smsc.sessions[0]!.send(new smpp.PDU('deliver_sm', { short_message: Buffer.from('STOP') }), ({ command_status: status }) =>
      answers.push(status),
    );
    await expect.poll(() => answers).toEqual([0x64, 0, 0]);
    expect(taken).toHaveLength(1);
  });

  it('are not taken by somebody who only sends', async () => {
    const smsc = await scripted(obliging());
    await connect(smsc.url).send(message(), CALL);
    const answer = new Promise<PDU>(
      (resolve) =>
        void smsc.sessions[0]!.send(new smpp.PDU('deliver_sm', { esm_class: 4, short_message: Buffer.from('id:7 stat:DELIVRD') }), resolve),
    );
    expect(await answer).toMatchObject({ command_status: 0x64 });
  });

  it.each([true, false])('are found by ids in another base (fields of their own: %s)', async (receiptTlvs) => {
    const simulator = await simulated();
    await simulator.control('PUT', '/settings', { receiptIds: 'decimal', receiptTlvs });
    const carrier = connect(simulator.url, { receipt_ids: 'decimal' });
    const taken: Receipt[] = [];
    carrier.listen!(async (receipt) => void taken.push(receipt));
    const outcome = await carrier.send(message(), CALL);
    if (outcome.kind !== 'accepted') throw new Error(outcome.kind);
    await expect.poll(() => taken).toMatchObject([{ messageId: outcome.messageId, status: 'delivered' }]);
    expect(outcome.messageId).toBe(String(Number(`0x${(await simulator.books())[0]!.id}`)));
  });

  it('may come to another process of the same account', async () => {
    const simulator = await simulated();
    const sender = connect(simulator.url);
    const outcome = await sender.send(message({ text: 'first' }), CALL);
    await simulator.trap('late_receipt', { delayMs: 500 });
    const late = await sender.send(message({ text: 'second' }), CALL);
    const taken: Receipt[] = [];
    connect(simulator.url).listen!(async (receipt) => void taken.push(receipt));
    if (outcome.kind !== 'accepted' || late.kind !== 'accepted') throw new Error('not accepted');
    await expect.poll(() => taken.map(({ messageId }) => messageId)).toContain(late.messageId);
  });

  it('begin with an answer that came too late: it says by which id they will name the message', async () => {
    let answer: (() => void) | null = null;
    const smsc = await scripted((pdu, session) => {
      if (pdu.command !== 'submit_sm') return {};
      answer = () => session.send(pdu.response({ message_id: 'late-1' }));
      return null;
    });
    const carrier = connect(smsc.url);
    const taken: Receipt[] = [];
    carrier.listen!(async (receipt) => void taken.push(receipt));
    const sent = message();
    expect(await carrier.send(sent, { timeoutMs: 300 })).toMatchObject({ kind: 'ambiguous' });
    answer!();
    await expect.poll(() => taken).toMatchObject([{ messageId: 'late-1', reference: sent.reference, status: 'in_transit' }]);
  });
});
