import type { SimOrder, SimSms } from '../order.js';
import { visibleSms } from '../order.js';
import { jsonReply, textReply } from '../protocol.js';
import type { ProtocolRequest, Reply } from '../protocol.js';
import type { HandlerContext } from './context.js';
import { invalid } from './purchases.js';
import { errorReply, stamp } from './wording.js';

/** Runs `then` with the order that the request names, or words that there is none. */
function withOrder(context: HandlerContext, action: string, request: ProtocolRequest, then: (order: SimOrder) => Reply): Reply {
  const { dialect } = context;
  const order = context.orderOf(request);
  if (order === 'invalid') {
    if (dialect === 'herosms') return invalid(context, action, 'id');
    return errorReply(dialect, action, {
      code: dialect === 'classic' ? 'WRONG_ACTIVATION_ID' : 'NO_ACTIVATION',
      title: 'NOT_FOUND',
      details: 'Activation Not Found',
    });
  }
  if (order === 'unknown')
    return errorReply(dialect, action, { code: 'NO_ACTIVATION', title: 'NOT_FOUND', details: 'Activation Not Found' });
  return then(order);
}

/** The word for an order that has ended; the same for cancelled and finished but at Tiger. */
function endedWord(context: HandlerContext, order: SimOrder): string {
  return context.dialect === 'hybrid' && order.status !== 'finished' ? 'ACCESS_CANCEL' : 'STATUS_CANCEL';
}

export function getStatus(context: HandlerContext, request: ProtocolRequest, now: number): Reply {
  return withOrder(context, 'getStatus', request, (order) => {
    if (order.status !== 'open') return textReply(endedWord(context, order));
    const shown = visibleSms(order, now);
    const last = shown.at(-1);
    if (last === undefined) return textReply(order.statusLie ?? 'STATUS_WAIT_CODE');
    const waiting = order.askedAfter !== null && shown.length <= order.askedAfter;
    return textReply(`${waiting ? 'STATUS_WAIT_RETRY' : 'STATUS_OK'}:${last.code}`);
  });
}

export function getStatusV2(context: HandlerContext, request: ProtocolRequest, now: number): Reply {
  const { dialect } = context;
  return withOrder(context, 'getStatusV2', request, (order) => {
    if (order.status !== 'open') return textReply(endedWord(context, order));
    const last = visibleSms(order, now).at(-1);
    if (dialect === 'herosms') {
      const data = last === undefined ? null : heroSms(context, order, last, visibleSms(order, now).length);
      return jsonReply({ verificationType: 'sms', data });
    }
    const sms = last === undefined ? null : { dateTime: stamp(dialect, last.at, context.settings()), code: last.code, text: last.text };
    return jsonReply({ verificationType: 0, sms });
  });
}

function heroSms(context: HandlerContext, order: SimOrder, sms: SimSms, number: number): unknown {
  return {
    id: order.id * 10 + number,
    phoneFrom: sms.sender,
    code: sms.code === '' ? null : sms.code,
    text: sms.text,
    service: context.serviceCode(order.service),
    date: stamp(context.dialect, sms.at, context.settings()),
    type: 'sms',
  };
}

export function getFullSms(context: HandlerContext, request: ProtocolRequest, now: number): Reply {
  return withOrder(context, 'getFullSms', request, (order) => {
    if (order.status !== 'open') return textReply('STATUS_CANCEL');
    const last = visibleSms(order, now).at(-1);
    return textReply(last === undefined ? 'STATUS_WAIT_CODE' : `FULL_SMS:${last.text}`);
  });
}

/** getAllSms: a page of every SMS; refused once the order was given back (provider notes 3.1). */
export function getAllSms(context: HandlerContext, request: ProtocolRequest, now: number): Reply {
  return withOrder(context, 'getAllSms', request, (order) => {
    if (order.refund !== 'none' && order.refund !== 'taken_back')
      return errorReply(context.dialect, 'getAllSms', { code: 'ACTIVATION_NOT_ACTIVE' });
    const size = Math.min(100, Math.max(1, Number(request.params.get('size') ?? 10) || 10));
    const page = Math.max(1, Number(request.params.get('page') ?? 1) || 1);
    const all = visibleSms(order, now);
    const data = all.slice((page - 1) * size, page * size).map((sms, index) => heroSms(context, order, sms, (page - 1) * size + index + 1));
    return jsonReply({ data, meta: { total: all.length, service: context.serviceCode(order.service) } });
  });
}

/** setStatus, setStatusV2, finishActivation and cancelActivation. */
export function setStatus(context: HandlerContext, action: string, request: ProtocolRequest, now: number): Reply {
  const { dialect, trade } = context;
  const fixed: Readonly<Record<string, string>> = { finishActivation: '6', cancelActivation: '8' };
  const status = fixed[action] ?? request.params.get('status') ?? '';
  return withOrder(context, action, request, (order) => {
    const refuse = (code: string, more: object = {}): Reply => errorReply(dialect, action, { code, ...more });
    const done = (token: string): Reply => {
      if (action in fixed) return { status: 204, contentType: 'application/json', body: '' };
      return action === 'setStatusV2' ? jsonReply({ status: 'success' }) : textReply(token);
    };
    const notActive = (): Reply => refuse(dialect === 'herosms' ? 'ACTIVATION_NOT_ACTIVE' : 'NO_ACTIVATION');
    switch (status) {
      case '1':
        // No longer documented at HeroSMS.
        if (dialect === 'herosms') return refuse('BAD_STATUS');
        if (order.status !== 'open') return notActive();
        if (order.sms.length > 0) return refuse('BAD_STATUS');
        order.ready = true;
        context.books.touch(order);
        return done('ACCESS_READY');
      case '3': {
        const asked = trade.another(order, now);
        if (asked === 'asked') return done('ACCESS_RETRY_GET');
        return asked === 'not_active' ? notActive() : refuse('BAD_STATUS');
      }
      case '6': {
        const finished = trade.finish(order, now);
        if (finished === 'finished') return done('ACCESS_ACTIVATION');
        return finished === 'not_active' ? notActive() : refuse('BAD_STATUS');
      }
      case '-1':
        // GrizzlySMS and receivesms cancel so; elsewhere it is no status (provider notes 2.4).
        return dialect === 'hybrid' ? cancel(context, order, now, refuse, done, notActive) : refuse('BAD_STATUS');
      case '8':
        return cancel(context, order, now, refuse, done, notActive);
      default:
        return refuse('BAD_STATUS');
    }
  });
}

function cancel(
  context: HandlerContext,
  order: SimOrder,
  now: number,
  refuse: (code: string, more?: object) => Reply,
  done: (token: string) => Reply,
  notActive: () => Reply,
): Reply {
  const outcome = context.trade.cancel(order, now);
  const otps = (): object => ({ info: { data: visibleSms(order, now).map((sms) => sms.code) } });
  switch (outcome) {
    case 'cancelled':
      return done('ACCESS_CANCEL');
    case 'too_early':
      return refuse('EARLY_CANCEL_DENIED', { info: { minActivationTime: context.settings().cancelWindowMs / 1_000 } });
    case 'has_sms':
      return context.dialect === 'herosms' ? refuse('OTP_RECEIVED', otps()) : refuse('BAD_STATUS');
    case 'new_sms':
      return context.dialect === 'herosms' ? refuse('NEW_OTP_RECEIVED', otps()) : refuse('BAD_STATUS');
    case 'window_over':
      return refuse('FREE_CANCELLATION_EXPIRED');
    case 'not_active':
      return notActive();
  }
}
