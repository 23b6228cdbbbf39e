import type { Activation, ApiClient } from '../client/client.js';
import { isFinal } from '../domain/activation.js';
import { CliError, EXIT } from './exit.js';
import { problemError } from './problem.js';
import { NoAnswer, type Session } from './session.js';
import { plain, record } from './table.js';

const WAIT_SECONDS = 30;
const PAUSE_MS = 2_000;
/** So many unanswered requests in a row end the watching; a server that restarts is back before. */
const MOST_UNANSWERED = 10;

/** Tells the state of an activation in one line. */
export function stateLine(it: Activation): string {
  const parts = [
    it.status,
    ...(it.phone_number === null ? [] : [it.phone_number]),
    ...(it.price === null ? [] : [`${it.price} ${it.currency}`]),
    ...(it.status === 'WAITING' && it.expires_at !== null ? [`until ${it.expires_at}`] : []),
    ...(it.cancel_due_at === undefined ? [] : [`cancelled at ${it.cancel_due_at}`]),
    ...(it.failure_code === undefined ? [] : [it.failure_code]),
  ];
  return parts.map(plain).join('  ');
}

/** An activation for people. */
export function activationText(it: Activation): string {
  return record([
    ['id', it.id],
    ['status', it.status],
    ['service', it.service],
    ['country', it.country],
    ['number', it.phone_number],
    ['operator', it.operator],
    ['price', it.price === null ? null : `${it.price} ${it.currency}`],
    ['expires', it.expires_at],
    ...(it.cancel_due_at === undefined ? [] : [['cancelled at', it.cancel_due_at] as const]),
    ...it.messages.flatMap(({ code, text }) => [['code', code] as const, ['text', text] as const]),
    ...(it.erased_at === undefined ? [] : [['erased', it.erased_at] as const]),
    ...(it.late_sms === undefined ? [] : [['late SMS', `${it.late_sms.count}, for ${it.late_sms.price} ${it.currency}`] as const]),
  ]);
}

/**
 * Waits for the first code, or for an end without one, telling each change on the way. A server that does not answer for a while is
 * asked again.
 *
 * @throws CliError if there is no such activation or the server stays silent.
 */
export async function followToCode(session: Session, client: ApiClient, id: string): Promise<Activation> {
  let etag: string | null = null;
  let unanswered = 0;
  for (;;) {
    try {
      const { data, error, response } = await readOnce(client, id, etag);
      if (response.status === 304) {
        unanswered = 0;
        continue;
      }
      if (data === undefined) throw problemError(error, response.status, new URL(response.url).origin);
      unanswered = 0;
      etag = response.headers.get('etag');
      session.tell(`${session.clock().toISOString().slice(11, 19)}  ${stateLine(data)}`);
      if (data.messages.length > 0 || isFinal(data.status)) return data;
      // Without a tag there is nothing to wait against.
      if (etag === null) await session.sleep(PAUSE_MS);
    } catch (error) {
      if (session.interrupt.aborted || !passes(error) || ++unanswered >= MOST_UNANSWERED) throw error;
      session.tell(`${(error as Error).message.split('\n')[0]} Asking again.`);
      await session.sleep(PAUSE_MS);
    }
  }
}

/** The state at once; with a tag, the next state that differs, or 304 when the wait is over. */
function readOnce(client: ApiClient, id: string, etag: string | null) {
  const path = { id };
  const known = etag === null ? { path } : { path, query: { wait: WAIT_SECONDS }, header: { 'if-none-match': etag } };
  return client.GET('/v1/activations/{id}', { params: known });
}

/** Whether a failure may be over the next time. */
export function passes(error: unknown): boolean {
  if (error instanceof NoAnswer) return true;
  const code = error instanceof CliError && 'code' in error.detail ? error.detail.code : null;
  return code === 'unavailable' || code === 'rate_limited' || code === 'internal';
}

/** Ends the command by what became of the activation: quietly with a code, with {@link EXIT.noCode} without. */
export function judgeEnd(it: Activation): void {
  if (it.messages.length > 0) return;
  if (it.failure_code === 'insufficient_credit') throw new CliError(EXIT.noCredit, 'The credit did not cover it; nothing was bought.');
  if (it.failure_code !== undefined) throw new CliError(EXIT.nothingAvailable, `Nothing was bought (${it.failure_code}).`);
  throw new CliError(
    EXIT.noCode,
    it.status === 'REFUNDED' ? 'No code came; you have your money back.' : `It ended without a code (${it.status}).`,
  );
}
