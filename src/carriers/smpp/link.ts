import { isIP } from 'node:net';
import smpp, { type PDU, type Session } from 'smpp';
import type { Clock } from '../../http/client.js';
import { isBindRefused } from './statuses.js';

/** Where an SMSC is, and how it is spoken to. */
export interface LinkOptions {
  readonly host: string;
  readonly port: number;
  /** Null without TLS; `ca` beside what the system trusts. */
  readonly tls: { readonly ca: string | undefined } | null;
  readonly bind: { readonly system_id: string; readonly password: string; readonly system_type: string };
  /** Submissions without an answer at any time. */
  readonly window: number;
  /** Submissions a second. */
  readonly perSecond: number;
  readonly enquireMs: number;
  readonly longestPauseMs: number;
}

/** What became of a PDU that was handed over. */
export type Answer =
  | { readonly kind: 'answered'; readonly status: number; readonly messageId: string }
  /** Not a byte of it was written. */
  | { readonly kind: 'not_sent'; readonly why: 'not_connected' | 'window_full' | 'aborted' | 'bind_refused' | 'unfit' }
  /** It was written, and no answer came. */
  | { readonly kind: 'lost'; readonly why: 'timeout' | 'connection' };

/** A bound connection that is kept open. */
export interface Link {
  /** Connects if nothing has yet. */
  open(): void;
  /**
   * Submits once; nothing is ever sent again by itself.
   *
   * @param late told of an answer that comes after its time, while the connection lasts.
   */
  submit(
    fields: Readonly<Record<string, unknown>>,
    call: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined; readonly late?: (messageId: string) => void },
  ): Promise<Answer>;
  /** Unbinds once what is on its way is answered, two seconds at most. */
  close(): Promise<void>;
}

/** Milliseconds for connection, TLS and bind together, and for an answer to `enquire_link`. */
const BIND_WITHIN_MS = 10_000;
const ENQUIRY_WITHIN_MS = 10_000;
const FIRST_PAUSE_MS = 100;
/** A caller waits for a connection that is being made, but not for a try that is further away. */
const SOON_MS = 1_000;
/** A bind that held so long was a good one: the next try comes at once again. */
const STEADY_MS = 5_000;
const LEAVE_WITHIN_MS = 2_000;

interface Waiting {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly late: ((messageId: string) => void) | undefined;
  settle(answer: Answer): void;
  settled: boolean;
  /** Set once it was written. */
  sent: boolean;
}

type State =
  | { readonly kind: 'idle' | 'closed' }
  | { readonly kind: 'connecting' | 'bound'; readonly session: Session }
  /** `refused`: by a bind that will not succeed until somebody acts. */
  | { readonly kind: 'pausing'; readonly timer: NodeJS.Timeout; readonly until: number; readonly refused: boolean };

/** @see Link */
export function createLink(
  options: LinkOptions,
  deps: { readonly clock: Clock; readonly die: () => number; readonly delivered: (pdu: PDU) => Promise<boolean> },
): Link {
  const queue: Waiting[] = [];
  const outstanding = new Set<Waiting>();
  let state: State = { kind: 'idle' };
  let failures = 0;
  let boundAt = 0;
  /** Submissions that may go at once: a twentieth of a second's, because timers are no finer than milliseconds. */
  const most = Math.max(1, options.perSecond / 20);
  let allowance = { left: most, at: 0 };
  let pacing: NodeJS.Timeout | null = null;

  const current = (session: Session): boolean => (state.kind === 'connecting' || state.kind === 'bound') && state.session === session;

  const failQueue = (why: 'not_connected' | 'bind_refused'): void => {
    for (const waiting of queue.splice(0)) waiting.settle({ kind: 'not_sent', why });
  };

  const lose = (session: Session, refused: boolean): void => {
    if (!current(session)) return;
    const wasBound = state.kind === 'bound';
    failures = wasBound && deps.clock.now() - boundAt > STEADY_MS ? 0 : failures + 1;
    const longest = refused ? options.longestPauseMs : Math.min(options.longestPauseMs, FIRST_PAUSE_MS * 2 ** Math.min(failures, 16));
    const pause = longest * (0.5 + deps.die() / 2);
    // Before anything is settled: what waits must not be written to a connection that is gone.
    state = { kind: 'pausing', timer: setTimeout(connect, pause), until: deps.clock.now() + pause, refused };
    state.timer.unref();
    session.destroy();
    for (const waiting of outstanding) waiting.settle({ kind: 'lost', why: 'connection' });
    outstanding.clear();
    // A connection that was there is made again soon, and whoever waits may wait for it.
    if (!wasBound) failQueue(refused ? 'bind_refused' : 'not_connected');
  };

  const connect = (): void => {
    const { host, port, tls } = options;
    const session = smpp.connect({
      host,
      port,
      ...(tls === null
        ? {}
        : {
            tls: true,
            rejectUnauthorized: true,
            ...(isIP(host) === 0 ? { servername: host } : {}),
            ...(tls.ca === undefined ? {} : { ca: tls.ca }),
          }),
    });
    state = { kind: 'connecting', session };
    session.socket.setNoDelay(true);
    const deadline = setTimeout(() => lose(session, false), BIND_WITHIN_MS);
    session.on('close', () => {
      clearTimeout(deadline);
      lose(session, false);
    });
    // Also what cannot be read: nothing that follows on such a connection could be trusted.
    session.on('error', () => lose(session, false));
    session.on(tls === null ? 'connect' : 'secureConnect', () => {
      session.send(new smpp.PDU('bind_transceiver', { ...options.bind, interface_version: 0x34 }), (answer) => {
        clearTimeout(deadline);
        if (answer.command_status !== 0) return lose(session, isBindRefused(answer.command_status));
        if (!current(session)) return undefined;
        boundAt = deps.clock.now();
        state = { kind: 'bound', session };
        keepAlive(session);
        pump();
        return undefined;
      });
    });
    session.on('pdu', (pdu: PDU) => answerTo(session, pdu));
  };

  const answerTo = (session: Session, pdu: PDU): void => {
    if (pdu.isResponse()) return;
    if (pdu.command === 'deliver_sm' || pdu.command === 'data_sm') {
      void deps.delivered(pdu).then((taken) => {
        // ESME_RX_T_APPN: to be delivered again.
        session.send(pdu.response(taken ? { message_id: '' } : { command_status: 0x64 }));
        return undefined;
      });
      return;
    }
    if (pdu.command !== 'enquire_link' && pdu.command !== 'unbind' && pdu.command !== 'unknown') return;
    session.send(pdu.response());
    if (pdu.command === 'unbind') session.close();
  };

  /** Asks whether the other side still lives, and gives the connection up where it does not say so. */
  const keepAlive = (session: Session): void => {
    const timer = setInterval(() => {
      const late = setTimeout(() => lose(session, false), Math.min(ENQUIRY_WITHIN_MS, options.enquireMs));
      late.unref();
      session.send(new smpp.PDU('enquire_link'), () => clearTimeout(late));
    }, options.enquireMs);
    timer.unref();
    session.on('close', () => clearInterval(timer));
  };

  /** Writes what may be written now. */
  const pump = (): void => {
    while (state.kind === 'bound' && queue.length > 0 && outstanding.size < options.window) {
      const now = deps.clock.now();
      const left = Math.min(most, allowance.left + (Math.max(0, now - allowance.at) * options.perSecond) / 1_000);
      allowance = { left, at: now };
      if (left < 1) {
        pacing ??= setTimeout(
          () => {
            pacing = null;
            pump();
          },
          ((1 - left) * 1_000) / options.perSecond,
        );
        return;
      }
      allowance = { left: left - 1, at: now };
      write(state.session, queue.shift()!);
    }
  };

  const write = (session: Session, waiting: Waiting): void => {
    if (waiting.settled) return;
    waiting.sent = true;
    outstanding.add(waiting);
    const answered = (answer: PDU): void => {
      const messageId = typeof answer['message_id'] === 'string' ? answer['message_id'] : '';
      if (waiting.settled && answer.command_status === 0 && messageId !== '') waiting.late?.(messageId);
      waiting.settle({ kind: 'answered', status: answer.command_status, messageId });
    };
    try {
      if (!session.send(new smpp.PDU('submit_sm', waiting.fields), answered)) waiting.settle({ kind: 'not_sent', why: 'not_connected' });
    } catch {
      // It is put into bytes before any is written.
      waiting.settle({ kind: 'not_sent', why: 'unfit' });
    }
  };

  const reachable = (): Answer | null => {
    switch (state.kind) {
      case 'closed':
        return { kind: 'not_sent', why: 'not_connected' };
      case 'idle':
        connect();
        return null;
      case 'pausing':
        if (state.refused) return { kind: 'not_sent', why: 'bind_refused' };
        return state.until - deps.clock.now() > SOON_MS ? { kind: 'not_sent', why: 'not_connected' } : null;
      case 'connecting':
      case 'bound':
        return null;
    }
  };

  return {
    open: () => {
      if (state.kind === 'idle') connect();
    },

    submit: async (fields, { timeoutMs, signal, late }) => {
      if (signal?.aborted === true) return { kind: 'not_sent', why: 'aborted' };
      const unreachable = reachable();
      if (unreachable !== null) return unreachable;
      return new Promise<Answer>((resolve) => {
        const waiting: Waiting = {
          fields,
          late,
          settled: false,
          sent: false,
          settle: (answer) => {
            outstanding.delete(waiting);
            if (!waiting.settled) {
              waiting.settled = true;
              clearTimeout(timer);
              signal?.removeEventListener('abort', abort);
              const at = queue.indexOf(waiting);
              if (at >= 0) queue.splice(at, 1);
              resolve(answer);
            }
            pump();
          },
        };
        const timer = setTimeout(
          () =>
            waiting.settle(
              waiting.sent
                ? { kind: 'lost', why: 'timeout' }
                : { kind: 'not_sent', why: state.kind === 'bound' ? 'window_full' : 'not_connected' },
            ),
          timeoutMs,
        );
        const abort = (): void => waiting.settle(waiting.sent ? { kind: 'lost', why: 'timeout' } : { kind: 'not_sent', why: 'aborted' });
        signal?.addEventListener('abort', abort, { once: true });
        queue.push(waiting);
        pump();
      });
    },

    close: async () => {
      const before = state;
      state = { kind: 'closed' };
      failQueue('not_connected');
      if (pacing !== null) clearTimeout(pacing);
      if (before.kind === 'pausing') clearTimeout(before.timer);
      if (before.kind !== 'connecting' && before.kind !== 'bound') return;
      const { session } = before;
      await new Promise<void>((resolve) => {
        const leave = setTimeout(() => session.destroy(), LEAVE_WITHIN_MS);
        session.socket.once('close', () => {
          clearTimeout(leave);
          for (const waiting of outstanding) waiting.settle({ kind: 'lost', why: 'connection' });
          resolve();
        });
        if (before.kind === 'connecting') session.destroy();
        else {
          void (async () => {
            while (outstanding.size > 0 && session.socket.writable) await new Promise((done) => setTimeout(done, 10));
            session.send(new smpp.PDU('unbind'), () => session.close());
          })();
        }
      });
    },
  };
}
