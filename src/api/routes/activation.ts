import { z } from 'zod';
import { isFinal, judgeIntention, type Intention } from '../../domain/activation.js';
import type { ActivationCommands } from '../../domain/activation-request.js';
import { DomainError } from '../../domain/errors.js';
import type { ActivationReader, ReadActivation } from '../activation-reader.js';
import type { ChangeHub } from '../change-hub.js';
import { etagOf, namesEtag } from '../etag.js';
import { route, type AnyRoute, type Reply } from '../route.js';
import { activation } from '../schemas/activation.js';
import { id, timeText } from '../schemas/scalars.js';
import { MAX_WAIT_SECONDS, mustRead } from './activations.js';

/** What the routes of one activation need. */
export interface ActivationDeps {
  readonly reader: ActivationReader;
  readonly commands: ActivationCommands;
  readonly changes: ChangeHub;
  /** See `payForLateSms`. */
  readonly payForLateSms: (accountId: string, activationId: string) => Promise<void>;
}

const params = z.object({ id });

const wait = z
  .string()
  .regex(/^\d{1,6}$/, 'must be a whole number of seconds')
  .transform((text) => Math.min(Number(text), MAX_WAIT_SECONDS))
  .meta({ type: 'integer', minimum: 0, maximum: MAX_WAIT_SECONDS, description: 'Seconds to wait for a change.' });

/** Reading one activation, and saying what shall become of it. */
export function activationItemRoutes(deps: ActivationDeps): AnyRoute[] {
  return [
    route({
      method: 'get',
      path: '/v1/activations/:id',
      door: 'client',
      limit: 'read',
      tag: 'Activations',
      summary: 'Read an activation, or wait for its next change',
      description:
        'With `wait`, the answer comes when something changes or the time is over. With If-None-Match, that is a change against the ' +
        'state which that ETag names, and 304 says that there was none; without it, only a state that still waits for its number or ' +
        'its first SMS is waited on, so a code that is there is answered at once.',
      params,
      query: z.object({ wait: wait.optional() }),
      headers: z.object({ 'if-none-match': z.string().optional().meta({ description: 'ETag of the state that you know.' }) }),
      answers: {
        200: { description: 'The activation.', json: activation, headers: { ETag: 'Names this state.' } },
        304: { description: 'The state is the one that If-None-Match names.', headers: { ETag: 'Names this state.' } },
      },
      problems: [],
      async handle({ caller, params: { id: activationId }, query, headers, signal, headOnly }) {
        const known = headers['if-none-match'];
        const waitMs = headOnly ? 0 : (query.wait ?? 0) * 1_000;
        if (waitMs === 0) return stateReply(await mustRead(deps.reader, caller.accountId, activationId), known);
        const watch = deps.changes.watch(activationId);
        try {
          return await waitForNews(deps, { accountId: caller.accountId, activationId, known, waitMs, signal, watch });
        } finally {
          watch.end();
        }
      },
    }),
    intention(
      deps,
      'cancel',
      'Give the number back',
      'Accepted means that the provider is asked, now or when it allows it; an SMS that comes before is delivered and paid.',
    ),
    intention(deps, 'finish', 'Say that the code was all you needed', 'Ends an activation that has received an SMS.'),
    lateSms(deps),
    intention(deps, 'resend', 'Ask for another SMS', 'Tells the provider to wait for a further SMS on the same number.'),
  ];
}

function lateSms(deps: ActivationDeps): AnyRoute {
  return route({
    method: 'post',
    path: '/v1/activations/:id/late-sms',
    door: 'client',
    limit: 'command',
    tag: 'Activations',
    summary: 'Pay for an SMS that came too late',
    description:
      'An SMS that comes after the money was given back, or to a number that had been replaced, is kept; `late_sms` says how many ' +
      'and at what price. This takes the price and adds them to `messages`. Asking again changes nothing.',
    params,
    body: z.strictObject({}),
    bodyRequired: false,
    answers: { 200: { description: 'Paid; the SMS are in `messages`.', json: activation } },
    problems: ['wrong_state', 'insufficient_credit'],
    async handle({ caller, params: { id: activationId } }) {
      await mustRead(deps.reader, caller.accountId, activationId);
      await deps.payForLateSms(caller.accountId, activationId);
      return { status: 200, json: (await mustRead(deps.reader, caller.accountId, activationId)).shown };
    },
  });
}

interface Waiting {
  readonly accountId: string;
  readonly activationId: string;
  readonly known: string | undefined;
  readonly waitMs: number;
  readonly signal: AbortSignal;
  readonly watch: ReturnType<ChangeHub['watch']>;
}

async function waitForNews(deps: ActivationDeps, waiting: Waiting): Promise<Reply> {
  const until = performance.now() + waiting.waitMs;
  let first: string | null = null;
  for (;;) {
    const found = await mustRead(deps.reader, waiting.accountId, waiting.activationId);
    const tag = etagOf(found.shown);
    first ??= tag;
    const news = waiting.known === undefined ? tag !== first || !isAwaited(found) : !namesEtag(waiting.known, tag);
    const left = until - performance.now();
    if (news || left <= 0 || waiting.signal.aborted || isFinal(found.row.status)) return stateReply(found, waiting.known);
    await waiting.watch.changed(left, waiting.signal);
  }
}

/** Whether the client has nothing yet of what it rented the number for. */
function isAwaited({ row, shown }: ReadActivation): boolean {
  return (row.status === 'REQUESTED' || row.status === 'PURCHASED' || row.status === 'WAITING') && shown.messages.length === 0;
}

function stateReply(found: ReadActivation, known: string | undefined): Reply {
  const etag = etagOf(found.shown);
  const headers = { ETag: etag, 'Cache-Control': 'private, no-cache' };
  return namesEtag(known, etag) ? { status: 304, headers } : { status: 200, json: found.shown, headers };
}

function intention(deps: ActivationDeps, wanted: Intention, summary: string, description: string): AnyRoute {
  return route({
    method: 'post',
    path: `/v1/activations/:id/${wanted}`,
    door: 'client',
    limit: 'command',
    tag: 'Activations',
    summary,
    description: `${description} Asking again for what was done answers 200 again.`,
    params,
    body: z.strictObject({}),
    bodyRequired: false,
    answers: {
      200: { description: 'Done.', json: activation },
      202: { description: 'Accepted; it will be done later, at `cancel_due_at` where the provider makes it wait.', json: activation },
    },
    problems: ['wrong_state'],
    async handle({ caller, params: { id: activationId } }) {
      const before = await mustRead(deps.reader, caller.accountId, activationId);
      const verdict = judgeIntention(before.row.status, wanted);
      if (!verdict.accepted) throw wrongState(before, verdict.reason);
      if (verdict.already) return { status: 200, json: before.shown };
      const reply = await deps.commands.ask(activationId, wanted);
      const after = await mustRead(deps.reader, caller.accountId, activationId);
      switch (reply.kind) {
        case 'done':
          return { status: 200, json: after.shown };
        case 'accepted':
          return {
            status: 202,
            json: { ...after.shown, ...(reply.dueAt === null ? {} : { cancel_due_at: timeText(new Date(reply.dueAt)) }) },
          };
        case 'refused':
          throw wrongState(after, reply.reason);
        case 'ended': {
          const late = judgeIntention(after.row.status, wanted);
          if (late.accepted && late.already) return { status: 200, json: after.shown };
          throw wrongState(after, late.accepted ? 'ended' : late.reason);
        }
      }
    },
  });
}

const REASONS: Readonly<Record<string, string>> = {
  not_waiting: 'It is not waiting for an SMS.',
  no_sms_yet: 'It has not received an SMS yet.',
  already_received: 'It has received an SMS, which is paid for.',
  ended: 'It has ended.',
  not_purchased: 'Its number is not bought yet; try again in a moment.',
};

function wrongState({ row }: ReadActivation, reason: string): DomainError {
  return new DomainError('wrong_state', REASONS[reason] ?? 'Its state does not allow this now.', { reason, state: row.status });
}
