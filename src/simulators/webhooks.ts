import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { SimOrder, SimSms } from './order.js';
import type { Protocol } from './protocol.js';
import type { Settings } from './settings.js';
import type { Traps } from './traps.js';

/** Posts SMS to the configured hooks, as documented and with every trap of webhooks. Nothing of it survives a restart. */
export interface Webhooks {
  arrived(order: SimOrder, sms: SimSms): void;
  bought(order: SimOrder): void;
  /** How many deliveries were attempted and how many accepted. */
  readonly counts: { attempted: number; accepted: number; dropped: number };
  close(): void;
}

export interface WebhooksDeps {
  readonly protocol: () => Protocol;
  readonly settings: () => Settings;
  readonly traps: Traps;
  readonly now: () => number;
}

/** @see Webhooks */
export function createWebhooks(deps: WebhooksDeps): Webhooks {
  const { settings, traps } = deps;
  const timers = new Set<NodeJS.Timeout>();
  const counts = { attempted: 0, accepted: 0, dropped: 0 };
  let number = 0;
  let closed = false;

  const later = (delayMs: number, run: () => void): void => {
    if (closed) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
    }, delayMs);
    timers.add(timer);
  };

  const deliver = async (url: string, body: string, otherAddress: boolean, pauses: readonly number[]): Promise<void> => {
    counts.attempted += 1;
    const accepted = await post(url, body, otherAddress, settings().hookTimeoutMs);
    const [pause, ...rest] = pauses;
    if (accepted) counts.accepted += 1;
    else if (pause !== undefined) later(pause * settings().hookRetryScale, () => void deliver(url, body, otherAddress, rest));
  };

  const send = (order: SimOrder, sms: SimSms, code: string | null, delayMs: number): void => {
    const protocol = deps.protocol();
    const otherAddress = traps.spring('webhook_other_address') !== null;
    for (const url of settings().hooks) {
      number += 1;
      const body = JSON.stringify(protocol.hookBody(order, sms, { number, code, shownAt: sms.at + settings().clockSkewMs }));
      later(delayMs, () => void deliver(url, body, otherAddress, protocol.hookPausesMs));
    }
  };

  return {
    counts,
    arrived(order, sms) {
      if (settings().hooks.length === 0) return;
      if (traps.spring('webhook_dropped') !== null) {
        counts.dropped += 1;
        return;
      }
      const delayMs = settings().hookDelayMs + (traps.spring('webhook_late')?.number('delayMs') ?? 0);
      const code = traps.spring('webhook_null_code') === null ? sms.code : null;
      send(order, sms, code, delayMs);
      if (traps.spring('webhook_duplicate') !== null) send(order, sms, code, delayMs + 20);
    },
    bought(order) {
      if (settings().hooks.length === 0 || traps.spring('webhook_forged') === null) return;
      const now = deps.now();
      const sms = { at: now, visibleAt: now, code: '000000', text: 'Your code is 000000', sender: 'FORGED', late: false, charge: false };
      send(order, sms, sms.code, settings().hookDelayMs);
    },
    close() {
      closed = true;
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}

/** @returns whether the receiver accepted it with 200. */
async function post(url: string, body: string, otherAddress: boolean, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const target = new URL(url);
    const send = target.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = send(
      target,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
        timeout: timeoutMs,
        ...(otherAddress ? { localAddress: '127.0.0.2' } : {}),
      },
      (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      },
    );
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
    request.end(body);
  });
}
