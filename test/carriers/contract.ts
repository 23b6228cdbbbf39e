import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CarrierError } from '../../src/carriers/carrier-error.js';
import type { Carrier, HookRequest, OutgoingMessage, Receipt, SendOutcome } from '../../src/carriers/carrier.js';
import { createSpecCarrier } from '../../src/carriers/spec/carrier.js';
import { loadSpec } from '../../src/carriers/spec/load.js';
import { createHttpClient, type HttpClient } from '../../src/http/client.js';
import type { DialectName } from '../../src/simulators/carriers/simulator.js';
import type { SimMessage } from '../../src/simulators/carriers/books.js';
import { API_KEY, type HookListener, listenForHooks, RECEIPT_SECRET, type SimulatedCarrier, startSimulated } from './simulated-carrier.js';

const CALL = { timeoutMs: 3_000 };
const CLOCK = { now: Date.now };

/** An adapter, the dialect in which its simulated carrier speaks, and in what it differs from what most carriers can. */
export interface ContractSubject {
  readonly dialect: DialectName;
  /** The adapter of an account at a simulated carrier. */
  adapter(url: string, apiKey: string, http: HttpClient): Carrier;
  /** What a reply says of the price of a segment. */
  readonly price: bigint | null;
  /** Whether the carrier is told our reference, and whether its receipts bring it back. */
  readonly reference: { readonly told: boolean; readonly inReceipts: boolean };
  /** What the carrier takes for the sender of a message that names none. */
  readonly defaultSender: string | null;
  /** How receipts come: by hook unless told. */
  readonly receipts?: 'hook' | 'session' | 'none';
  /** Refusals that it has no word of its own for. */
  readonly refusals?: Readonly<Record<string, object>>;
}

/** The contract over a simulated carrier's spec. */
export function specContract(dialect: 'json' | 'xml' | 'text'): void {
  const spec = loadSpec(fileURLToPath(new URL(`../../carriers/simulated-${dialect}.json`, import.meta.url)));
  carrierContract({
    dialect,
    adapter: (baseUrl, apiKey, http) =>
      createSpecCarrier(
        spec,
        {
          id: 'one',
          baseUrl,
          perSecond: null,
          sender: null,
          registered: [],
          secrets: { api_key: apiKey, receipt_secret: RECEIPT_SECRET },
          settings: {},
        },
        { http, clock: CLOCK },
      ),
    price: 10_000n,
    reference: { told: true, inReceipts: true },
    defaultSender: null,
  });
}

/** What every carrier owes to those above it, against a simulated carrier as a process of its own. */
export function carrierContract(subject: ContractSubject): void {
  describe(`a carrier that speaks ${subject.dialect}`, () => {
    /** Of a carrier that promises no receipts, only that it believes none. */
    const itHears = (name: string, run: () => Promise<void>): void => {
      it(name, subject.receipts === 'none' ? believesNothing : run);
    };
    const believesNothing = async (): Promise<void> => {
      expect(carrier.capabilities.receipts).toBe('none');
      const hook = { method: 'POST', url: hooks.url, headers: {}, body: Buffer.from('{"status":"delivered"}'), now: 0 };
      expect(await carrier.readHook(hook)).toEqual({ kind: 'refused', why: 'unreadable' });
    };
    const http = createHttpClient({ clock: CLOCK, keepAliveMs: 1_000 });
    let folder: string;
    let state: string;
    let simulator: SimulatedCarrier;
    let hooks: HookListener;
    let carrier: Carrier;
    let numbers = 0;
    /** Receipts of the carrier's own connection: those that were taken, and how many came. */
    const session: Receipt[] = [];
    let knocks = 0;

    const start = async (): Promise<void> => {
      simulator = await startSimulated(
        subject.dialect,
        '--state',
        state,
        '--settings',
        '{"receiptDelayMinMs":10,"receiptDelayMaxMs":30,"delivered":1,"retryMs":50,"retries":50}',
      );
      carrier = subject.adapter(simulator.url, API_KEY, http);
      carrier.listen?.(async (receipt) => {
        knocks += 1;
        if (hooks.status !== 200) throw new Error('not now');
        session.push(receipt);
      });
    };
    const message = (given: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
      reference: randomUUID(),
      channel: 'sms',
      // A number of its own, by which it is found in books that know no reference.
      to: `+4477009${String((numbers += 1)).padStart(5, '0')}`,
      from: 'Watchword',
      text: 'Your code is 493817',
      encoding: 'gsm7',
      segments: 1,
      validitySeconds: 600,
      maxPrice: null,
      receiptUrl: hooks.url,
      ...given,
    });
    const read = async (request: HookRequest): Promise<readonly Receipt[]> => {
      const reading = await carrier.readHook(request);
      return reading.kind === 'receipts' ? reading.receipts : [];
    };
    /** Receipts of a message that came and were believed. */
    const receiptsOf = async (sent: OutgoingMessage, outcome: SendOutcome, least = 1): Promise<readonly Receipt[]> => {
      const id = outcome.kind === 'accepted' ? outcome.messageId : null;
      const heard = async (): Promise<readonly Receipt[]> =>
        [...session, ...(await Promise.all(hooks.requests.map(read))).flat()].filter(
          (one) => one.reference === sent.reference || one.messageId === id,
        );
      await expect.poll(async () => (await heard()).length).toBeGreaterThanOrEqual(least);
      return heard();
    };
    const bookedOf = async (sent: OutgoingMessage): Promise<readonly SimMessage[]> =>
      (await simulator.books()).filter(({ reference, to }) => (subject.reference.told ? reference === sent.reference : to === sent.to));

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'watchword-carrier-'));
      state = join(folder, 'books.jsonl');
      hooks = await listenForHooks();
      await start();
    });
    beforeEach(async () => {
      // What a test before did to the connection is mended first: it is made again with pauses.
      if (subject.receipts === 'session') await expect.poll(async () => (await carrier.send(message(), CALL)).kind).toBe('accepted');
    });
    afterEach(async () => {
      hooks.status = 200;
      hooks.requests.length = 0;
      knocks = 0;
      await simulator.control('POST', '/reset');
    });
    afterAll(async () => {
      await carrier.close();
      await simulator.kill('SIGTERM');
      await hooks.close();
      await http.close();
      rmSync(folder, { recursive: true });
    });

    it('takes a message as it was written, and says what it costs', async () => {
      const sent = message({ text: `"1" < 2 & 3 > 2 ; 50% + ümläut – 漢字 🎉 \\ 'x' ]]> {to} &amp;`, encoding: 'ucs2' });
      const outcome = await carrier.send(sent, CALL);
      expect(outcome).toMatchObject({ kind: 'accepted', price: subject.price, currency: subject.price === null ? null : 'USD' });
      const [booked] = await bookedOf(sent);
      expect(booked).toMatchObject({ to: sent.to, from: 'Watchword', text: sent.text });
      const wanted = { hook: hooks.url, session: 'session', none: '' }[subject.receipts ?? 'hook'];
      expect(booked?.receiptUrl ?? '').toContain(wanted);
      expect(outcome.kind === 'accepted' && outcome.messageId).toBe(booked?.id);
    });

    it('leaves out what a message does not have', async () => {
      const sent = message({ from: null, receiptUrl: null });
      expect(await carrier.send(sent, CALL)).toMatchObject({ kind: 'accepted' });
      expect(await bookedOf(sent)).toMatchObject([
        { from: subject.defaultSender, receiptUrl: subject.receipts === 'session' ? 'session' : null },
      ]);
    });

    it.each([
      ['throttled', { kind: 'refused', reason: 'throttled' }],
      ['invalid_number', { kind: 'refused', reason: 'invalid_number' }],
      ['opted_out', { kind: 'refused', reason: 'opted_out' }],
      ['no_balance', { kind: 'refused', reason: 'no_balance' }],
      ['bad_sender', { kind: 'refused', reason: 'bad_sender' }],
      ['content', { kind: 'refused', reason: 'content' }],
      ['bad_key', { kind: 'fatal', reason: 'bad_credentials' }],
      ['closed', { kind: 'fatal', reason: 'account_closed' }],
    ])('reads the refusal %s, and nothing was sent', async (reason, wanted) => {
      await simulator.trap('refuse', { reason });
      const sent = message();
      expect(await carrier.send(sent, CALL)).toMatchObject(subject.refusals?.[reason] ?? wanted);
      expect(await bookedOf(sent)).toEqual([]);
    });

    it('knows a wrong key', async () => {
      const stranger = subject.adapter(simulator.url, 'another-key', http);
      expect(await stranger.send(message(), CALL)).toMatchObject({
        kind: 'fatal',
        reason: 'bad_credentials',
      });
      await stranger.close();
    });

    it.each(['lost_reply', 'cut_reply', 'error_page', 'garbage', 'hang', 'lost_request'])(
      'says that nobody knows after %s',
      async (trap) => {
        await simulator.trap(trap);
        const sent = message();
        expect(await carrier.send(sent, { timeoutMs: 500 })).toMatchObject({ kind: 'ambiguous' });
        expect(await bookedOf(sent)).toHaveLength(trap === 'lost_request' ? 0 : 1);
      },
    );

    it.each(['unavailable', 'hang', 'reset'])('says that nobody knows while the carrier is away (%s)', async (mode) => {
      await simulator.control('POST', '/outage', { mode });
      expect(await carrier.send(message(), { timeoutMs: 500 })).toMatchObject({ kind: 'ambiguous' });
    });

    it('says that nothing was sent where nobody listens, or where its caller gave up before', async () => {
      await simulator.control('POST', '/outage', { mode: 'refuse' });
      expect(await carrier.send(message(), CALL)).toMatchObject({ kind: 'refused', reason: 'unavailable' });
      await simulator.control('POST', '/outage', { mode: 'none' });
      expect(await carrier.send(message(), { signal: AbortSignal.abort() })).toMatchObject({ kind: 'refused', reason: 'unavailable' });
    });

    it('keeps no number, no text and no secret of what it was answered', async () => {
      for (const trap of [null, 'refuse', 'garbage']) {
        if (trap !== null) await simulator.trap(trap);
        const sent = message({ text: 'the secret word is sesame 493817' });
        const outcome = await carrier.send(sent, CALL);
        for (const hidden of [sent.to, sent.to.slice(1), 'sesame', '493817', API_KEY]) expect(outcome.raw).not.toContain(hidden);
      }
    });

    it('never throws, whatever the text is made of', async () => {
      for (const text of ['\u0000\u0007', '\ud800 alone', 'a\r\nb', '{secret.api_key}', '{{}}', 'x'.repeat(1_600), '']) {
        const outcome = await carrier.send(message({ text, encoding: 'ucs2' }), CALL);
        expect(['accepted', 'refused', 'ambiguous']).toContain(outcome.kind);
        expect(outcome.raw).not.toContain(API_KEY);
      }
      // Half a surrogate pair is refused or goes as a replacement character; either way it is known what became of it.
      expect(['accepted', 'refused']).toContain((await carrier.send(message({ text: '\ud800 alone' }), CALL)).kind);
      expect((await simulator.books()).some(({ text }) => text.includes(API_KEY))).toBe(false);
    });

    itHears('posts a receipt that is believed, under our reference and its id', async () => {
      const sent = message();
      const outcome = await carrier.send(sent, CALL);
      const [receipt] = await receiptsOf(sent, outcome);
      expect(receipt).toMatchObject({
        status: 'delivered',
        reference: subject.reference.inReceipts ? sent.reference : null,
        messageId: outcome.kind === 'accepted' ? outcome.messageId : '',
      });
    });

    itHears('tells what did not arrive', async () => {
      await simulator.trap('undelivered');
      const sent = message();
      const outcome = await carrier.send(sent, CALL);
      expect((await receiptsOf(sent, outcome))[0]).toMatchObject({ status: 'undelivered' });
    });

    itHears('posts doubled, old and early receipts that are all read', async () => {
      for (const trap of ['doubled_receipt', 'backwards', 'early_receipt']) await simulator.trap(trap);
      const sent = message();
      const outcome = await carrier.send(sent, CALL);
      const read = await receiptsOf(sent, outcome, 4);
      expect(read.map(({ status }) => status).toSorted()).toEqual(['delivered', 'delivered', 'delivered', 'in_transit']);
    });

    itHears('takes a status that nobody documented for no last word', async () => {
      await simulator.trap('unknown_status');
      const sent = message();
      const outcome = await carrier.send(sent, CALL);
      expect((await receiptsOf(sent, outcome))[0]).toMatchObject({ status: 'in_transit' });
    });

    itHears('does not believe what another key signed, nor what was changed or is no receipt', async () => {
      if (subject.receipts === 'session') {
        const hook = { method: 'POST', url: hooks.url, headers: {}, body: Buffer.from('id:1 stat:DELIVRD'), now: 0 };
        expect(await carrier.readHook(hook)).toEqual({ kind: 'refused', why: 'unreadable' });
        return;
      }
      await simulator.trap('bad_signature');
      await carrier.send(message(), CALL);
      await expect.poll(() => hooks.requests.length).toBeGreaterThan(0);
      expect(await carrier.readHook(hooks.requests[0]!)).toEqual({ kind: 'refused', why: 'signature' });
      hooks.requests.length = 0;
      const sent = message();
      await receiptsOf(sent, await carrier.send(sent, CALL));
      const good = hooks.requests.find(({ url, body }) => `${url}${Buffer.from(body).toString()}`.includes(sent.reference))!;
      const bare = { ...good, headers: {}, url: good.url.replace(/[?&]sig=[^&]*/, '') };
      expect(await carrier.readHook(bare)).toEqual({ kind: 'refused', why: 'signature' });
      for (const body of [Buffer.alloc(0), Buffer.from('{"'), Buffer.from([0xff, 0xfe, 0x00]), Buffer.alloc(2_000_000, 97)])
        expect((await carrier.readHook({ ...good, body, url: good.url.split('?')[0]! })).kind).toBe('refused');
    });

    itHears('posts again what was not taken', async () => {
      hooks.status = 500;
      const sent = message();
      const outcome = await carrier.send(sent, CALL);
      await expect.poll(() => hooks.requests.length + knocks).toBeGreaterThan(1);
      hooks.status = 200;
      expect((await receiptsOf(sent, outcome))[0]).toMatchObject({ status: 'delivered' });
    });

    it('finds by our reference what was taken, and says what surely was not', async () => {
      if (!carrier.capabilities.lookUp) {
        await expect(carrier.lookUp(message(), CALL)).rejects.toBeInstanceOf(CarrierError);
        return;
      }
      await simulator.trap('lost_reply');
      const sent = message();
      expect((await carrier.send(sent, CALL)).kind).toBe('ambiguous');
      expect(await carrier.lookUp(sent, CALL)).toMatchObject({ kind: 'found', messageId: (await simulator.books()).at(-1)!.id });
      expect(await carrier.lookUp(message(), CALL)).toMatchObject({ kind: 'not_found' });
      await simulator.control('POST', '/outage', { mode: 'unavailable' });
      expect((await carrier.lookUp(sent, CALL)).kind).toBe('unknown');
      await simulator.control('POST', '/outage', { mode: 'refuse' });
      await expect(carrier.lookUp(sent, CALL)).rejects.toMatchObject({ reason: 'not_sent' });
    });

    it('answers what became of a message, and nothing for one that it does not know', async () => {
      if (!['poll', 'both'].includes(carrier.capabilities.receipts)) {
        await expect(carrier.receiptOf('x', CALL)).rejects.toBeInstanceOf(CarrierError);
        return;
      }
      const outcome = await carrier.send(message(), CALL);
      if (outcome.kind !== 'accepted') throw new Error(outcome.kind);
      await expect.poll(async () => (await carrier.receiptOf(outcome.messageId, CALL))?.status).toBe('delivered');
      expect(await carrier.receiptOf('nobody', CALL)).toBeNull();
      await simulator.control('POST', '/outage', { mode: 'unavailable' });
      await expect(carrier.receiptOf(outcome.messageId, CALL)).rejects.toMatchObject({ reason: 'unreadable' });
    });

    it('is throttled above what it takes a second', async () => {
      await simulator.control('PUT', '/settings', { perSecond: 2 });
      const outcomes = await Promise.all(Array.from({ length: 12 }, async () => carrier.send(message(), CALL)));
      expect(outcomes.some((one) => one.kind === 'refused' && one.reason === 'throttled')).toBe(true);
      expect(outcomes.some((one) => one.kind === 'accepted')).toBe(true);
    });

    it('keeps its books over a kill, and posts the receipts that were due', async () => {
      await simulator.trap('late_receipt', { delayMs: 700 });
      const sent = message();
      const outcome = await carrier.send(sent, CALL);
      expect(outcome.kind).toBe('accepted');
      await simulator.kill('SIGKILL');
      await carrier.close();
      hooks.requests.length = 0;
      await start();
      expect(await bookedOf(sent)).toHaveLength(1);
      if (subject.receipts !== 'none') expect((await receiptsOf(sent, outcome))[0]).toMatchObject({ status: 'delivered' });
    });
  });
}
