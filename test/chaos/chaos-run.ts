import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startStack, type Stack } from '../stack/stack.js';
import { armByCalmTraffic, settle, settleMessages, settleVerifications, unsettled } from './calm.js';
import { type ClientReport, runClient } from './clients.js';
import { createDice, type Dice } from './dice.js';
import { type Copies, messageDifferences } from './message-reckoning.js';
import { lookAfter, type Processes, type Victim } from './processes.js';
import { differences } from './reckoning.js';
import { CARRIER_LIES, carriersAreAway, type Scenario } from './scenarios.js';
import { runSenders, sendBatch, type SentReport } from './senders.js';
import { startServers } from './servers.js';
import { carriersOf, providersOf } from './simulated.js';
import { verificationDifferences, type VerificationReckoning } from './verification-reckoning.js';
import { repeatChecks, runVerifiers, type VerifierReport, verifyingFile } from './verifiers.js';

/** How hard a run is. Milliseconds. */
export interface ChaosOptions {
  readonly seed: number;
  readonly scenario: Scenario;
  readonly activations: number;
  /** Time over which activations are started while processes die. */
  readonly stormMs: number;
  readonly settleMs: number;
}

/** What a run came to. */
export interface ChaosReport {
  readonly seed: number;
  readonly kills: Readonly<Record<Victim, number>>;
  /** How often worker or API ended without having been killed. */
  readonly endedByThemselves: number;
  readonly started: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly messages: Readonly<Record<string, number>>;
  readonly copies: Copies;
  readonly verifications: VerificationReckoning['counts'];
  /** How our orders came to be known, and what became of their money. */
  readonly orders: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** What does not add up; empty when all is well. */
  readonly problems: readonly string[];
}

const POLICY = { reply_wait_ms: 2_500, attempt_ms: 2_000, quiet_ms: 3_000, order_grace_ms: 3_000, replace_after_ms: 5_000 };
const CREDIT = '1000';
/** Beside the activations of every scenario. */
const MESSAGES = { single: 60, scheduled: 12, batch: 40 } as const;
/** As many verifications, and two that are checked two hundred times at once. */
const VERIFICATIONS = { count: 42, floods: 2 } as const;
/** Long enough for a worker that is killed again and again, and over before the run is reckoned. */
const VALIDITY_S = 75;
const PROGRESS_MS = 10_000;

/** One run: a storm of activations, kills and lies; then calm; then the reckoning. The same seed throws the same dice. */
export async function runChaos(options: ChaosOptions, say: (line: string) => void): Promise<ChaosReport> {
  const { scenario, seed } = options;
  const dice = createDice(seed);
  const begun = Date.now();
  const servers = await startServers();
  let stack: Stack | null = null;
  let processes: Processes | null = null;
  let phase = 'starting';
  const progress = setInterval(() => {
    const kills = processes === null ? '' : `, killed ${killsOf(processes)}`;
    say(`seed ${seed}: ${Math.round((Date.now() - begun) / 1_000)} s, ${phase}${kills}`);
  }, PROGRESS_MS);
  try {
    stack = await startStack({
      servers,
      credit: CREDIT,
      file: {
        policy: { ...POLICY, ...scenario.policy },
        cancel_after_ms: { herosms: 0 },
        ...verifyingFile(VALIDITY_S),
        ...(scenario.lossDailyCap === undefined ? {} : { loss_daily_cap: scenario.lossDailyCap }),
      },
      providers: simulated(options),
      carriers: (['text', 'xml', 'json'] as const).map((dialect) => ({ dialect, settings: { retries: 50 } })),
    });
    processes = lookAfter(stack, servers);
    // So many receipts say how long this carrier's are to be waited for: a quarter of a minute, and not a whole one.
    const known = await sendBatch(stack, `known-${seed}`, 24, Date.now() + 60_000, ['simulated-xml']);
    await settleMessages(stack, { messages: [], batches: [known!.id!], unanswered: [] }, 60_000);
    for (const trap of scenario.traps) {
      for (const provider of providersOf(stack)) await stack.control(provider, 'POST', '/traps', trap);
    }
    for (const carrier of carriersOf(stack)) for (const trap of CARRIER_LIES) await stack.control(carrier, 'POST', '/traps', trap);
    phase = `storm over ${options.activations} activations`;
    const { reports, sent, verified } = await storm(stack, processes, options, dice);
    phase = 'settling';
    for (const simulator of stack.simulators.keys()) await stack.control(simulator, 'DELETE', '/traps');
    await processes.settled();
    const promised = reports.flatMap(({ id }) => (id === null ? [] : [id]));
    const settleMs = scenario.settleMs ?? options.settleMs;
    await settle(stack, promised, settleMs);
    if ((await unsettled(stack, promised)) > 0) await armByCalmTraffic(stack);
    await settle(stack, promised, settleMs);
    await settleVerifications(stack, options.settleMs);
    await settleMessages(stack, sent, options.settleMs);
    const repeated = await repeatChecks(stack, verified, () => Date.now() + options.settleMs / 4);
    phase = 'reckoning';
    const messages = await messageDifferences(stack, sent);
    const verifications = await verificationDifferences(stack, verified);
    const problems = await differences(stack, {
      credit: CREDIT,
      keepsMoney: scenario.keepsMoney ?? false,
      lossDailyCap: scenario.lossDailyCap ?? null,
      promised,
    });
    problems.push(...messages.problems, ...verifications.problems, ...repeated);
    if (verifications.counts.accepted === 0) problems.push('no code was accepted: the run proves nothing of checks');
    const unanswered = [...reports, sent, ...verified].flatMap((one) => one.unanswered);
    if (unanswered.length > 0) problems.push(`${unanswered.length} requests were never answered`, ...unanswered);
    if (problems.length > 0) {
      const file = join(tmpdir(), `watchword-chaos-${seed}-${begun}.log`);
      writeFileSync(file, `${stack.logged.join('\n')}\n`);
      problems.push(...processes.endedByThemselves.map((words) => `ended by itself: ${words}`), `what the processes logged: ${file}`);
    }
    return {
      seed,
      kills: { ...processes.kills },
      endedByThemselves: processes.endedByThemselves.length,
      started: reports.length,
      statuses: await counted(stack, 'SELECT status AS name, count(*)::int AS count FROM activations GROUP BY 1'),
      messages: await counted(stack, 'SELECT status AS name, count(*)::int AS count FROM messages GROUP BY 1'),
      copies: messages.copies,
      verifications: verifications.counts,
      orders: await counted(stack, "SELECT origin || ' ' || money AS name, count(*)::int AS count FROM orders GROUP BY 1"),
      seconds: Math.round((Date.now() - begun) / 1_000),
      problems,
    };
  } finally {
    clearInterval(progress);
    await processes?.stop();
    await stack?.close();
    await servers.close();
  }
}

function simulated({ seed, scenario }: ChaosOptions) {
  const settings = {
    smsDelayMinMs: 300,
    smsDelayMaxMs: 4_000,
    lifetimeMs: 60_000,
    cancelWindowMs: 0,
    hookRetryScale: 0.1,
    ...scenario.settings,
  };
  return [
    { id: 'herosms', settings, seed },
    { id: 'fivesim', settings, seed: seed + 1 },
  ] as const;
}

/** Clients, kills and what providers do, at once. */
async function storm(
  stack: Stack,
  processes: Processes,
  options: ChaosOptions,
  dice: Dice,
): Promise<{ readonly reports: ClientReport[]; readonly sent: SentReport; readonly verified: readonly VerifierReport[] }> {
  const { seed, activations, scenario, stormMs, settleMs } = options;
  const end = Date.now() + stormMs;
  const patience = () => Math.max(Date.now(), end) + settleMs;
  const clients = Array.from({ length: activations }, async (_unused, index) => {
    const own = dice.of(`client ${index}`);
    await sleep(own.upTo(stormMs * 0.9));
    return runClient(stack, own, `chaos-${seed}-${index}`, patience);
  });
  const sending = { ...MESSAGES, key: `message-${seed}`, spanMs: stormMs * 0.9, patience };
  const senders = runSenders(stack, dice.of('senders'), sending);
  const verifying = { ...VERIFICATIONS, key: `verify-${seed}`, spanMs: stormMs * 0.8, patience };
  const verifiers = runVerifiers(stack, dice.of('verifiers'), verifying);
  const providers = scenario.act?.(stack, dice.of('providers'), stormMs);
  const carriers = carriersAreAway(stack, dice.of('carriers'), end);
  const killed = killer(processes, options, dice.of('killer'), end);
  const [reports, sent, verified] = await Promise.all([Promise.all(clients), senders, verifiers, killed, providers, carriers]);
  return { reports, sent, verified };
}

/** Kills each by its own dice, also while others are down: a run without a moment in which all were well must come right as well. */
async function killer(processes: Processes, { scenario }: ChaosOptions, dice: Dice, end: number): Promise<void> {
  const lives = Object.entries(scenario.lives) as [Victim, number][];
  await Promise.all(
    lives.map(async ([victim, most]) => {
      if (most === 0) return;
      const own = dice.of(victim);
      for (;;) {
        await sleep(most / 3 + own.upTo((most * 2) / 3));
        if (Date.now() >= end) return;
        await processes.kill(victim, own.upTo(1_000));
      }
    }),
  );
}

function killsOf({ kills }: Processes): string {
  return Object.entries(kills)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

async function counted(stack: Stack, query: string): Promise<Record<string, number>> {
  const rows = await stack.sql.rows<{ name: string; count: number }>(query);
  return Object.fromEntries(rows.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(({ name, count }) => [name, count]));
}
