import { createFiveSimProvider } from '../../src/providers/fivesim/provider.js';
import type { RequestGate } from '../../src/providers/gate.js';
import { createHandlerApiProvider } from '../../src/providers/handler-api/provider.js';
import type { HandlerApiOptions } from '../../src/providers/handler-api/provider.js';
import type { CallContext, NumberProvider } from '../../src/providers/provider.js';
import { createHttpClient } from '../../src/http/client.js';
import type { Clock } from '../../src/http/client.js';
import { createFiveSimSimulator } from '../../src/simulators/fivesim/simulator.js';
import { createHandlerApiSimulator } from '../../src/simulators/handler-api/simulator.js';
import type { Simulator } from '../../src/simulators/kernel.js';
import type { SettingsPatch } from '../../src/simulators/settings.js';
import { controlClient } from '../simulators/control-client.js';
import type { ControlClient } from '../simulators/control-client.js';

export type Dialect = 'herosms' | 'classic' | 'hybrid';

/** An adapter and the simulator that it talks to, over real HTTP. */
export interface Subject {
  readonly provider: NumberProvider;
  readonly simulator: Simulator;
  readonly control: ControlClient;
  /** Priorities with which the gate was asked, in order. */
  readonly gated: string[];
  close(): Promise<void>;
}

export const KEY = 'test-key-0123456789abcdef';
export const clock: Clock = { now: () => Date.now() };

export const call = (more: Partial<CallContext> = {}): CallContext => ({ priority: 'order', timeoutMs: 4_000, ...more });

/** Short times, so that a whole life fits into a test. */
export const QUICK: SettingsPatch = { smsDelayMinMs: 40, smsDelayMaxMs: 60, lifetimeMs: 60_000, cancelWindowMs: 0 };

export async function handlerSubject(
  dialect: Dialect,
  settings: SettingsPatch = {},
  options: Partial<HandlerApiOptions> = {},
): Promise<Subject> {
  const simulator = await createHandlerApiSimulator({ apiKey: KEY, dialect, seed: 7, settings: { ...QUICK, ...settings } });
  return subject(simulator, (http, gate) =>
    createHandlerApiProvider({ id: `sim-${dialect}`, url: simulator.url, apiKey: KEY, currency: 'USD', http, gate, clock, ...options }),
  );
}

export async function fiveSimSubject(settings: SettingsPatch = {}): Promise<Subject> {
  const simulator = await createFiveSimSimulator({ apiKey: KEY, seed: 7, settings: { ...QUICK, ...settings } });
  return subject(simulator, (http, gate) =>
    createFiveSimProvider({ id: 'sim-5sim', baseUrl: simulator.url, apiKey: KEY, http, gate, clock }),
  );
}

function subject(simulator: Simulator, create: (http: ReturnType<typeof createHttpClient>, gate: RequestGate) => NumberProvider): Subject {
  const http = createHttpClient({ clock });
  const gated: string[] = [];
  const gate: RequestGate = async ({ priority }) => {
    gated.push(priority);
  };
  return {
    provider: create(http, gate),
    simulator,
    control: controlClient(simulator.control),
    gated,
    close: async () => {
      await simulator.close();
      await http.close();
    },
  };
}
