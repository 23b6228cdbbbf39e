import type { ServerResponse } from 'node:http';
import { parseMoney } from '../domain/money.js';
import { createBooks } from './books.js';
import type { Books } from './books.js';
import { control } from './control.js';
import type { OutageMode } from './control.js';
import { disfigured, lossOf, refusalInstead, send, sendLost } from './faults.js';
import { openJournal } from './journal.js';
import { createPriceList } from './price-list.js';
import type { PriceList } from './price-list.js';
import { HTML } from './protocol.js';
import type { Protocol, ProtocolRequest } from './protocol.js';
import { createRandom } from './random.js';
import { createRateLimiter } from './rate-limiter.js';
import { defaultSettings, mergeSettings } from './settings.js';
import type { Settings, SettingsPatch } from './settings.js';
import { createTrade } from './trade.js';
import type { Trade } from './trade.js';
import { createTraps } from './traps.js';
import type { Traps } from './traps.js';
import { createWebhooks } from './webhooks.js';
import { openWire, readRequest } from './wire.js';

/** What every simulator is started with. */
export interface SimulatorOptions {
  /** 127.0.0.1 unless told. */
  readonly host?: string;
  /** 0 (a free one) unless told. The control endpoints always take a free port of their own. */
  readonly port?: number;
  readonly apiKey: string;
  /** Decides prices, numbers, codes, delays and the dice of traps. */
  readonly seed?: number;
  /** File that keeps the books over restarts; without it they live in memory. */
  readonly state?: string;
  readonly settings?: SettingsPatch;
  /** Milliseconds since the epoch; the system's clock unless told. */
  readonly now?: () => number;
}

/** A running simulator. */
export interface Simulator {
  /** What an adapter is given: the full URL of handler_api.php, or the base that ends in `/v1`. */
  readonly url: string;
  /** Base of the control endpoints, ending in `/control`. */
  readonly control: string;
  close(): Promise<void>;
}

/** What a protocol is built from. */
export interface ProtocolDeps {
  readonly apiKey: string;
  readonly books: Books;
  readonly trade: Trade;
  readonly traps: Traps;
  readonly prices: PriceList;
  readonly settings: () => Settings;
  /** Tells hooks of a purchase, for those that are forged. */
  readonly bought: (orderId: number) => void;
}

/** What tells one kind of simulator from another. */
export interface Kind {
  readonly name: 'handler_api' | 'fivesim';
  readonly services: readonly string[];
  readonly countries: readonly string[];
  readonly operatorWords: (country: string) => readonly string[];
  readonly firstId: number;
  /** Path of the URL that is told to clients. */
  readonly path: string;
  readonly currencyNumber: (currency: string) => string;
  createProtocol(deps: ProtocolDeps): Protocol;
}

const LONGEST_TIMER = 2_000_000_000;

/** Builds and starts a simulator of a kind. */
export async function startSimulator(kind: Kind, options: SimulatorOptions): Promise<Simulator> {
  const now = options.now ?? Date.now;
  const host = options.host ?? '127.0.0.1';
  const seed = options.seed ?? 1;
  let random = createRandom(seed);
  const initial = mergeSettings(defaultSettings(kind.name), options.settings ?? {});
  let settings = initial;
  const readSettings = (): Settings => settings;
  const shared = {
    next: () => random.next(),
    int: (from: number, to: number) => random.int(from, to),
    pick: <T>(list: readonly T[]) => random.pick(list),
    chance: (p: number) => random.chance(p),
    get state() {
      return random.state;
    },
  };
  // The dice of traps are apart, so that switching a trap on does not change everybody's numbers and codes.
  const traps = createTraps(createRandom(seed ^ 0x5bd1e995));
  const prices = createPriceList({
    seed,
    services: kind.services,
    countries: kind.countries,
    operatorWords: kind.operatorWords,
    settings: readSettings,
  });

  const books = createBooks({
    journal: options.state === undefined ? null : openJournal(options.state),
    firstId: kind.firstId,
    balance: Number(parseMoney(initial.balance)),
    now: now(),
    onArrival: (order, sms) => webhooks.arrived(order, sms),
    onTimeout: (order, at) => trade.timeOut(order, at),
    onRestore: (state) => {
      random = createRandom(state);
    },
  });
  const trade = createTrade({
    books,
    traps,
    random: shared,
    prices,
    settings: readSettings,
    currencyNumber: () => kind.currencyNumber(settings.currency),
  });
  const webhooks = createWebhooks({ protocol: () => protocol, settings: readSettings, traps, now });
  const protocol = kind.createProtocol({
    apiKey: options.apiKey,
    books,
    trade,
    traps,
    prices,
    settings: readSettings,
    bought: (id) => {
      const order = books.orders.get(id);
      if (order !== undefined) webhooks.bought(order);
    },
  });
  const limiter = createRateLimiter(readSettings);

  let timer: NodeJS.Timeout | undefined;
  /** Lets what is due happen, journals it, and comes back when the next thing is due. */
  const settle = (): void => {
    books.advance(now());
    books.commit(random.state);
    clearTimeout(timer);
    const due = books.nextDueAt();
    if (due !== null) timer = setTimeout(settle, Math.min(LONGEST_TIMER, Math.max(1, due - now())));
  };

  let counts = { since: now(), total: 0, byAction: {} as Record<string, number> };
  let outage: { readonly mode: OutageMode; readonly until: number } | null = null;
  let outageTimer: NodeJS.Timeout | undefined;

  const answer = async (request: ProtocolRequest, response: ServerResponse): Promise<void> => {
    const action = protocol.actionOf(request);
    counts.total += 1;
    counts.byAction[action] = (counts.byAction[action] ?? 0) + 1;
    response.setHeader('date', new Date(now() + settings.clockSkewMs).toUTCString());
    if (outage !== null && now() < outage.until) {
      if (outage.mode === 'hang') return;
      if (outage.mode === 'reset') response.socket?.resetAndDestroy();
      else
        send(response, {
          status: 503,
          contentType: HTML,
          body: '<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>\r\n<body></body>\r\n</html>\r\n',
        });
      return;
    }
    books.advance(now());
    const instead = limiter.exceeded(now()) ? protocol.rateLimited(429) : refusalInstead(protocol, traps, action);
    const reply = instead ?? protocol.handle(request, now());
    const loss = instead === null ? lossOf(protocol, traps, action) : null;
    settle();
    const slow = traps.spring('slow_reply', action);
    if (slow !== null) await new Promise((resolve) => setTimeout(resolve, slow.number('delayMs')));
    if (loss === null) send(response, disfigured(reply, traps, action));
    else sendLost(response, reply, loss);
  };

  const wire = await openWire(host, options.port ?? 0, async (request, response) => answer(await readRequest(request), response));
  const controlWire = await openWire(host, 0, async (incoming, response) => {
    const request = await readRequest(incoming);
    books.advance(now());
    const reply = await control(
      request,
      {
        books,
        trade,
        traps,
        settings: readSettings,
        mergeSettings: (patch) => {
          settings = mergeSettings(settings, patch);
          return settings;
        },
        outage: async (mode, durationMs) => {
          clearTimeout(outageTimer);
          outage = durationMs === 0 ? null : { mode, until: now() + durationMs };
          if (mode === 'refuse' && durationMs > 0) {
            await wire.deafen();
            outageTimer = setTimeout(() => void wire.listen(), Math.min(LONGEST_TIMER, durationMs));
          } else await wire.listen();
        },
        requests: () => counts,
        hookCounts: () => webhooks.counts,
        reset: () => {
          traps.clear();
          settings = initial;
          counts = { since: now(), total: 0, byAction: {} };
          books.reset(Number(parseMoney(initial.balance)), now());
        },
      },
      now(),
    );
    settle();
    send(response, reply);
  });
  settle();

  return {
    url: `http://${host}:${wire.port}${kind.path}`,
    control: `http://${host}:${controlWire.port}/control`,
    close: async () => {
      clearTimeout(timer);
      clearTimeout(outageTimer);
      webhooks.close();
      await Promise.all([wire.close(), controlWire.close()]);
      books.commit(random.state);
      books.close();
    },
  };
}
