import { addAlertMessage, markLogged, pendingMessages, unloggedMessages } from '../db/alert-messages.js';
import { lockAlerts, noteEvaluation, readAlerts, type StoredAlert, writeAlerts } from '../db/alerts.js';
import type { Sql } from '../db/database.js';
import { ALERT_CONDITIONS, ALERT_NAMES, type AlertName } from '../domain/alert-conditions.js';
import { isFiring, stepAlert, tellAlerts } from '../domain/alert-state.js';
import type { AlertDeps } from './deps.js';
import { type Findings, readFindings } from './findings.js';
import { type AlertBody, alertBody } from './message.js';
import { receiverId } from './webhook.js';

/** What one evaluation came to. */
export interface Evaluation {
  readonly firing: number;
  /** Conditions that could not be looked for. */
  readonly unknown: number;
  /** Messages that are on their way to the receiver. */
  readonly pending: number;
}

/**
 * Looks for every condition once, changes the alerts and writes down in the same transaction what operators are to be told; then
 * tells the log and starts the deliveries. Whatever a crash leaves undone the next evaluation does.
 */
export async function evaluateAlerts(deps: AlertDeps): Promise<Evaluation> {
  const found = await readFindings(deps);
  const unknown = ALERT_NAMES.filter((name) => found[name] === null);
  const firing = await deps.database.transaction(async (sql) => {
    const now = await lockAlerts(sql);
    const stored = await readAlerts(sql);
    let count = 0;
    for (const name of ALERT_NAMES) count += await judge(sql, deps, name, stored.get(name) ?? new Map(), found[name], now);
    await noteEvaluation(sql, ALERT_NAMES, unknown);
    return count;
  });
  await tellLog(deps);
  const pending = await pendingMessages(deps.database, deps.policy.deliverMs);
  for (const id of pending) await deps.deliveries.start(id);
  return { firing, unknown: unknown.length, pending: pending.length };
}

/** @returns how many alerts of the condition fire. */
async function judge(
  sql: Sql,
  deps: AlertDeps,
  name: AlertName,
  before: ReadonlyMap<string, StoredAlert>,
  found: Findings | null,
  now: number,
): Promise<number> {
  const rule = ALERT_CONDITIONS[name];
  const stepped = new Map<string, StoredAlert>();
  for (const subject of new Set([...before.keys(), ...(found?.keys() ?? [])])) {
    const state = before.get(subject) ?? null;
    const after = stepAlert(state, subject, found === null ? null : found.has(subject), now, rule);
    if (after !== null) stepped.set(subject, { ...after, facts: found?.get(subject) ?? state?.facts ?? {} });
  }
  const { states, tellings } = tellAlerts([...stepped.values()], now, deps.policy);
  const after = states.map((state) => ({ ...state, facts: stepped.get(state.subject)!.facts }));
  await writeAlerts(
    sql,
    name,
    after.filter((state) => !isSame(state, before.get(state.subject))),
    [...before.keys()].filter((subject) => !stepped.has(subject)),
  );
  for (const telling of tellings) {
    const body = alertBody(name, telling, new Date(now), (subject) => {
      const { firingSince, facts } = stepped.get(subject)!;
      return { subject, since: firingSince === null ? null : new Date(firingSince).toISOString(), facts };
    });
    const id = `msg_${deps.newId().replaceAll('-', '')}`;
    const receiver = deps.receiver === null ? null : receiverId(deps.receiver);
    await addAlertMessage(sql, { id, condition: name, kind: telling.kind, body: JSON.stringify(body) }, receiver);
  }
  return after.filter(isFiring).length;
}

function isSame(a: StoredAlert, b: StoredAlert | undefined): boolean {
  return b !== undefined && JSON.stringify({ ...b, subject: '' }) === JSON.stringify({ ...b, ...a, subject: '' });
}

async function tellLog(deps: Pick<AlertDeps, 'database' | 'log'>): Promise<void> {
  for (const message of await unloggedMessages(deps.database)) {
    const { data } = JSON.parse(message.body) as AlertBody;
    const fields = {
      alert: data.condition,
      kind: message.kind,
      severity: data.severity,
      count: data.count,
      alerts: data.alerts,
      press: data.press,
      runbook: data.runbook,
    };
    if (message.kind === 'ended') deps.log.info(fields, data.summary);
    else if (data.severity === 'page') deps.log.error(fields, data.summary);
    else deps.log.warn(fields, data.summary);
    await markLogged(deps.database, [message.id]);
  }
}
