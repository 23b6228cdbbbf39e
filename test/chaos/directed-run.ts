import { mkdtempSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { readInstallationSecret } from '../../src/main/installation.js';
import { activationIdOf } from '../../src/temporal/activation-ids.js';
import { createTemporalClient, type TemporalClient } from '../../src/temporal/connection.js';
import { createDataConverter } from '../../src/temporal/data-converter.js';
import { TEST_KEYS } from '../stack/namespace.js';
import { startStack, type Stack } from '../stack/stack.js';
import { armByCalmTraffic, settle, settleMessages, settleVerifications, unsettled } from './calm.js';
import { type Channels, startChannels } from './channels.js';
import { type Mailbox, openMailbox } from './mailbox.js';
import { messageDifferences } from './message-reckoning.js';
import { BACKGROUND, type BackgroundPath, type Path, PATHS, type PathName, USUAL, walkBackground, walkPath, SERVICES } from './paths.js';
import { lookAfter, type Processes } from './processes.js';
import { differences } from './reckoning.js';
import { startServers } from './servers.js';
import {
  clearTraps,
  createWalker,
  setTraps,
  VALIDITY_S,
  VERIFICATION_PATHS,
  type VerificationPath,
  type VerificationPathName,
  type Walker,
} from './verification-paths.js';
import { verificationDifferences } from './verification-reckoning.js';
import { type VerifierReport, verifyingFile } from './verifiers.js';

type Crossing = 'worker' | 'api';

/** A boundary that a path crosses, and in which process. */
export interface Boundary {
  readonly path: PathName | VerificationPathName | 'restart';
  readonly process: Crossing;
  readonly at: string;
  /** It is crossed for a message, whose id nobody knows before it is written. */
  readonly ofMessage?: boolean;
}

/** What became of dying at a boundary. */
export interface Death extends Boundary {
  readonly died: boolean;
  readonly activation: string | null;
}

/** What dying needs. */
interface Stage {
  readonly stack: Stack;
  readonly processes: Processes;
  readonly client: Client;
  readonly mailbox: Mailbox;
  /** Where the processes say which boundaries they cross, and read at which to die. */
  readonly folder: string;
  /** The id that a key's activation or verification will have, before anything is sent. */
  readonly idOf: (key: string, of?: 'activations' | 'verifications') => string;
  /** Walks that are still on their way. */
  readonly walks: Promise<unknown>[];
  /** What those who verified learned. */
  readonly verified: VerifierReport[];
  /** Verifications that wait for their moment. */
  readonly waiting: Map<string, Promise<Walker>>;
}

/** Which paths are walked, and at which boundaries processes die; parts of names, divided by `|`. */
export interface Directions {
  /** Of paths; the others are not even learned. All unless told. */
  readonly paths: string | null;
  /** Of boundaries or paths, one after the other in calm. All unless told. */
  readonly only: string | null;
  readonly seed: number;
}

/** What a directed run came to. */
export interface DirectedReport {
  readonly boundaries: readonly Boundary[];
  readonly deaths: readonly Death[];
  /** Of activations and of verifications. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly problems: readonly string[];
}

const PRELOAD = new URL('boundaries.mjs', import.meta.url).href;
/** Prices are read when they are walked. */
const POLICY = { reply_wait_ms: 2_500, attempt_ms: 2_000, quiet_ms: 1_500, order_grace_ms: 2_000, prices_ms: 3_600_000 };
const CREDIT = '1000';
/** In each country one provider sells, so that a path knows where it leads. */
const NOT_SOLD = { herosms: 'GB', fivesim: 'ID' } as const;
/** How long a boundary may take to be reached before it is tried again in calm. */
const REACH_MS = 20_000;
/** Which commands a workflow task carries depends on what came meanwhile, so that one try may miss it. */
const CALM_TRIES = 4;
/** How long a walk is looked at before the next boundary's turn; it goes on beside it. */
const LOOK_MS = 4_000;
const SETTLE_MS = 200_000;
/** So many verifications wait for their deadline at once; with more, one would be over before its turn. */
const EARLY = 4;
const NOTHING_SENT = { messages: [], batches: [], unanswered: [] };

/**
 * Walks every path once to learn its boundaries, then once more for each boundary, with a process that dies there. A
 * boundary that several paths cross is died at on the first of them.
 */
export async function runDirected({ paths, only, seed }: Directions, say: (line: string) => void): Promise<DirectedReport> {
  const begun = Date.now();
  const isChosen = (name: string) => paths === null || paths.split('|').some((text) => name.includes(text));
  const folder = mkdtempSync(join(tmpdir(), 'watchword-boundaries-'));
  const servers = await startServers();
  let stack: Stack | null = null;
  let processes: Processes | null = null;
  let temporal: TemporalClient | null = null;
  let channels: Channels | null = null;
  let mailbox: Mailbox | null = null;
  try {
    channels = await startChannels(folder);
    const { verify, fraud } = verifyingFile(VALIDITY_S);
    stack = await startStack({
      servers,
      credit: CREDIT,
      file: {
        policy: POLICY,
        cancel_after_ms: { herosms: 0 },
        verify: { ...verify, channel_timeout_seconds: 2 },
        fraud,
        carriers: channels.accounts,
      },
      envOf: (name) => ({ NODE_OPTIONS: `--import ${PRELOAD}`, CHAOS_BOUNDARIES: join(folder, name) }),
      providers: (['herosms', 'fivesim'] as const).map((id) => ({
        id,
        seed,
        settings: { ...USUAL, offers: SERVICES.map((service) => ({ service, country: NOT_SOLD[id], price: '1.00', stock: 0 })) },
      })),
    });
    stack = channels.among(stack);
    processes = lookAfter(stack, servers);
    mailbox = openMailbox(stack);
    temporal = createTemporalClient(servers.temporal, createDataConverter(TEST_KEYS));
    const walks: Promise<unknown>[] = [];
    const verified: VerifierReport[] = [];
    const idOf = await keyedIds(stack);
    const stage: Stage = { stack, processes, client: temporal.client, mailbox, folder, idOf, walks, verified, waiting: new Map() };
    const boundaries = await scout(stage, isChosen, say);
    const wanted = only?.split('|');
    const chosen = boundaries.filter(({ at, path }) => wanted?.some((text) => at.includes(text) || path.includes(text)) ?? true);
    say(`${boundaries.length} boundaries; dying at ${chosen.length}`);
    const deaths: Death[] = [];
    for (const [index, boundary] of chosen.entries()) {
      // A path’s traps at carriers are for all of its walks.
      if (boundary.path !== chosen[index - 1]?.path) await Promise.all(walks).then(() => clearTraps(stage.stack));
      await forgetTroubles(stack);
      beginEarly(chosen, index, stage);
      let death = await dieAt(boundary, `d${index}`, stage);
      for (let again = 1; !death.died && again <= CALM_TRIES; again += 1) {
        await Promise.all(walks);
        await forgetTroubles(stack);
        death = await dieAt(boundary, `d${index}-again${again}`, stage);
      }
      deaths.push(death);
      say(
        `${index + 1}/${chosen.length} ${boundary.process} ${death.died ? 'died at' : 'never reached'}: ${boundary.at} (${boundary.path})`,
      );
      // A code lives as long as two deaths last, not many.
      const besides = only !== null ? 0 : isVerification(boundary.path) ? 1 : walks.length;
      await Promise.all(walks.slice(0, walks.length - besides));
    }
    await Promise.all(walks);
    await processes.settled();
    const promised = deaths.flatMap(({ activation, path }) => (activation === null || path in VERIFICATION_PATHS ? [] : [activation]));
    await settleVerifications(stack, SETTLE_MS / 2);
    await settleMessages(stack, NOTHING_SENT, SETTLE_MS / 2);
    await settle(stack, promised, SETTLE_MS / 2);
    if ((await unsettled(stack, promised)) > 0) await armByCalmTraffic(stack);
    await settle(stack, promised, SETTLE_MS / 2);
    const problems = await differences(stack, { credit: CREDIT, keepsMoney: false, lossDailyCap: null, promised });
    if (verified.length > 0) {
      problems.push(
        ...(await verificationDifferences(stack, verified)).problems,
        ...(await messageDifferences(stack, NOTHING_SENT)).problems,
      );
      problems.push(...verified.flatMap(({ unanswered }) => unanswered).map((trail) => `never answered: ${trail}`));
    }
    const rows = await stack.sql.rows<{ status: string; count: number }>(
      `SELECT status, count(*)::int AS count FROM activations GROUP BY 1
       UNION ALL SELECT 'verification ' || status, count(*)::int FROM verifications GROUP BY 1`,
    );
    return {
      boundaries,
      deaths,
      statuses: Object.fromEntries(rows.map(({ status, count }) => [status, count])),
      seconds: Math.round((Date.now() - begun) / 1_000),
      problems: [
        ...problems.map((problem) => withDeath(problem, deaths)),
        ...deaths.filter(({ died }) => !died).map(({ at, path }) => `never reached: ${at} (${path})`),
      ],
    };
  } finally {
    await mailbox?.stop();
    await temporal?.close();
    await processes?.stop();
    await stack?.close();
    await channels?.stop();
    await servers.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * So many lost replies open a circuit, and so many silent numbers rest a pair, as they should; then no path would be walked.
 * Traps that a walk before did not spring, because its process died first, would be sprung by this one.
 */
async function forgetTroubles(stack: Stack): Promise<void> {
  const { sql } = stack;
  await Promise.all(['herosms', 'fivesim'].map((id) => stack.control(id, 'DELETE', '/traps', {})));
  for (const sellers of ['providers', 'carriers'])
    await sql.run(
      `UPDATE ${sellers} SET circuit_open_until = NULL, circuit_reason = NULL, circuit_faults = 0, circuit_good = 0, circuit_bad = 0,
         circuit_trips = 0, circuit_probe = NULL, circuit_probe_until = NULL`,
    );
  await sql.run('UPDATE route_rests SET until = now()');
}

/** Ids as the API makes them. */
async function keyedIds(stack: Stack): Promise<Stage['idOf']> {
  const secret = await readInstallationSecret(stack.sql);
  const account = await stack.sql.row<{ account_id: string }>("SELECT account_id FROM api_keys WHERE role = 'client'");
  return (key, of = 'activations') => activationIdOf(secret, account!.account_id, of, key);
}

async function scout(stage: Stage, isChosen: (name: string) => boolean, say: (line: string) => void): Promise<Boundary[]> {
  const { stack, processes, client, folder, idOf } = stage;
  const found = new Map<string, Boundary>();
  const note = (path: Boundary['path'], activation: string | null, steps: readonly string[] = ['']) => {
    let news = 0;
    for (const process of ['worker', 'api'] as const) {
      for (const line of seen(folder, process)) {
        const [of, at] = [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)];
        if (of !== '-' && activation !== null && of !== activation) continue;
        if (found.has(`${process} ${at}`) || !steps.some((step) => at.includes(step))) continue;
        found.set(`${process} ${at}`, { path, process, at });
        news += 1;
      }
    }
    say(`scouted ${path}: ${news} boundaries that no path before it crossed`);
  };
  // An armed proof goes other ways than one that is not, and is armed once only.
  for (const name of ['cancel and refund', 'cancel that has to wait'] as const) {
    if (!Object.keys(PATHS).some(isChosen)) break;
    const key = `arming-${name.replaceAll(/\W+/g, '-')}`;
    say(`${name}, so that its provider's proof is armed: ${await walkPath(PATHS[name], { stack, key }, idOf(key))}`);
  }
  for (const [name, path] of Object.entries(BACKGROUND) as [PathName, BackgroundPath][]) {
    if (!isChosen(name)) continue;
    forget(folder);
    await walkBackground(path, client);
    note(name, null, path.steps);
  }
  for (const [name, path] of Object.entries(PATHS) as [PathName, Path][]) {
    if (!isChosen(name)) continue;
    forget(folder);
    const key = `scout-${name.replaceAll(/\W+/g, '-')}`;
    const status = await walkPath(path, { stack, key }, idOf(key));
    // What the watcher does after the end belongs to the path too.
    await sleep(3_000);
    note(name, idOf(key));
    say(`${name} ended as ${status}`);
  }
  for (const [name, path] of Object.entries(VERIFICATION_PATHS) as [VerificationPathName, VerificationPath][]) {
    if (!isChosen(name)) continue;
    const walker = await beginVerification(path, `scout-${name.replaceAll(/\W+/g, '-')}`, stage);
    forget(folder);
    await walkVerification(path, walker, stage);
    await clearTraps(stack);
    // What comes after its end belongs to it too: its close, and its receipts.
    await sleep(3_000);
    const messages = new Set(await walker.messages());
    let news = 0;
    for (const process of ['worker', 'api'] as const) {
      for (const line of new Set(seen(folder, process))) {
        const [of, at] = [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)];
        // Whatever of the worker is nobody's is a schedule's.
        const isIts = of === walker.id || messages.has(of) || (of === '-' && process === 'api');
        const isOwn = path.own?.some((part) => at.includes(part)) === true;
        const key = isOwn && !found.has(`${process} ${at}`) ? `${process} ${at}` : isOwn ? `${name} ${process} ${at}` : `${process} ${at}`;
        if (!isIts || found.has(key)) continue;
        found.set(key, { path: name, process, at, ofMessage: messages.has(of) });
        news += 1;
      }
    }
    say(`scouted ${name}: ${news} boundaries of its own, ${JSON.stringify(walker.report().problems)}`);
  }
  if (!isChosen('restart')) return [...found.values()];
  forget(folder);
  await Promise.all([processes.kill('worker', 0), processes.kill('api', 0)]);
  await sleep(2_000);
  note('restart', null);
  return [...found.values()];
}

/** Starts what its path has before the moment in which somebody may die. */
async function beginVerification(path: VerificationPath, key: string, { stack, mailbox, idOf }: Stage): Promise<Walker> {
  await setTraps(stack, path);
  const walker = createWalker(stack, mailbox, key, idOf(key, 'verifications'));
  await path.before?.(walker);
  return walker;
}

/** Walks to the end of a verification. What goes wrong on the way is told by its report. */
async function walkVerification(path: VerificationPath, walker: Walker, { verified }: Stage): Promise<void> {
  const failed = await path.walk(walker).then(
    () => [],
    (error: unknown) => [String(error)],
  );
  const report = walker.report();
  verified.push({ ...report, problems: [...report.problems, ...failed] });
}

/** Of a path that waits long, the next verifications are started so early that each is there when its turn comes. */
function beginEarly(chosen: readonly Boundary[], index: number, stage: Stage): void {
  for (let next = index; next < chosen.length && next <= index + EARLY; next += 1) {
    const { path: name } = chosen[next]!;
    if (!isVerification(name)) continue;
    const path: VerificationPath = VERIFICATION_PATHS[name];
    const key = `d${next}`;
    if (path.waits === undefined || stage.waiting.has(key)) continue;
    const begun = beginVerification(path, key, stage);
    begun.catch(() => {});
    stage.waiting.set(key, begun);
    // One more each turn: they come to their moments one after the other.
    return;
  }
}

function isVerification(name: Boundary['path']): name is VerificationPathName {
  return name in VERIFICATION_PATHS;
}

/** Walks a boundary's path with a process that dies there. The walk goes on by itself. */
async function dieAt(boundary: Boundary, key: string, stage: Stage): Promise<Death> {
  const { path, process, at } = boundary;
  const { stack, processes, folder } = stage;
  await processes.settled();
  const walker = isVerification(path) ? await (stage.waiting.get(key) ?? beginVerification(VERIFICATION_PATHS[path], key, stage)) : null;
  const armed = join(folder, `${process}.armed`);
  const activation = walker?.id ?? (path in PATHS ? stage.idOf(key) : null);
  writeFileSync(armed, JSON.stringify({ at, activation: boundary.ofMessage === true ? null : activation }));
  let over = false;
  const walk = (
    walker === null ? walkTo(boundary, key, stage) : walkVerification(VERIFICATION_PATHS[path as VerificationPathName], walker, stage)
  ).finally(() => {
    over = true;
  });
  stage.walks.push(walk);
  for (const deadline = Date.now() + REACH_MS; existsSync(armed) && Date.now() < deadline; await sleep(20)) {
    // The watcher does its part after the end as well.
    if (over) await sleep(3_000);
    if (over) break;
  }
  const died = !existsSync(armed);
  rmSync(armed, { force: true });
  // Until it has been noticed and started again.
  if (died) for (const deadline = Date.now() + 2_000; stack.runs(process) && Date.now() < deadline;) await sleep(20);
  await sleep(150);
  await processes.settled();
  await Promise.race([walk, sleep(LOOK_MS)]);
  return { path, process, at, died, activation };
}

async function walkTo({ path, process }: Boundary, key: string, { stack, processes, client, idOf }: Stage): Promise<unknown> {
  if (path === 'restart') return processes.kill(process, 0);
  if (path in BACKGROUND) return walkBackground(BACKGROUND[path as keyof typeof BACKGROUND], client);
  return walkPath(PATHS[path as keyof typeof PATHS], { stack, key }, idOf(key));
}

function seen(folder: string, process: Crossing): string[] {
  const file = join(folder, `${process}.seen`);
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
}

function forget(folder: string): void {
  for (const process of ['worker', 'api']) rmSync(join(folder, `${process}.seen`), { force: true });
}

function withDeath(problem: string, deaths: readonly Death[]): string {
  const death = deaths.find(({ activation }) => activation !== null && problem.includes(activation));
  return death === undefined ? problem : `${problem} (${death.process} died at: ${death.at})`;
}
