import { countryOf } from '../../domain/countries.js';
import type { SimOrder } from '../order.js';
import { visibleSms } from '../order.js';
import { jsonReply, textReply } from '../protocol.js';
import type { ProtocolRequest, Reply } from '../protocol.js';
import { shuffledPage } from '../shuffled-page.js';
import type { HandlerContext } from './context.js';
import { cost, errorReply, stamp, statusNumber } from './wording.js';

/** A page's bounds as asked for. */
function bounds(
  request: ProtocolRequest,
  startName: 'start' | 'offset',
  standard: number,
): { readonly start: number; readonly limit: number } {
  const start = Math.max(0, Number(request.params.get(startName) ?? 0) || 0);
  const limit = Math.min(100, Math.max(1, Number(request.params.get('limit') ?? standard) || standard));
  return { start, limit };
}

/** getActiveActivations in the four forms that are in use (provider notes 2.2, 3.1, 3.4, 4). */
export function getActiveActivations(context: HandlerContext, request: ProtocolRequest, now: number): Reply {
  const { dialect, traps } = context;
  const settings = context.settings();
  const own = { classic: 'wrapped', herosms: 'database', hybrid: 'data' } as const;
  const form = settings.listForm === 'auto' ? own[dialect] : settings.listForm;
  const open = [...context.books.orders.values()].filter((order) => order.status === 'open' && order.inLists).toReversed();
  const rows = open.map((order) => activeRow(context, order, now));
  if (form === 'wrapped' || form === 'plain') {
    if (rows.length === 0 && settings.emptyList === 'text') return textReply('NO_ACTIVATIONS');
    if (rows.length === 0 && settings.emptyList === 'json') return jsonReply({ status: 'error', error: 'NO_ACTIVATIONS' });
    return jsonReply(form === 'plain' ? rows : { status: 'success', activeActivations: rows });
  }
  const { start, limit } = bounds(request, 'start', 100);
  const shuffled = traps.spring('list_shuffled', 'getActiveActivations') !== null;
  const data = shuffled ? shuffledPage(rows, start, limit) : rows.slice(start, start + limit);
  if (form === 'data') return jsonReply({ status: 'success', data });
  return jsonReply({
    status: 'success',
    data,
    activeActivations: { affected_rows: data.length, num_rows: data.length, row: data[0] ?? [], rows: data },
  });
}

function activeRow(context: HandlerContext, order: SimOrder, now: number): unknown {
  const { dialect } = context;
  const shown = visibleSms(order, now);
  const codes = shown.map((sms) => sms.code);
  const texts = shown.map((sms) => sms.text);
  const common = {
    activationId: dialect === 'classic' ? String(order.id) : order.id,
    serviceCode: context.serviceCode(order.service),
    phoneNumber: order.phone,
    activationCost: cost(dialect, order.price),
    activationStatus: order.statusLie !== null && shown.length === 0 ? order.statusLie : statusNumber(order, shown.length),
    activationTime: stamp(dialect, order.boughtAt, context.settings()),
    discount: '0',
    repeated: '0',
    countryCode: context.countryId(order.country),
    countryName: countryOf(order.country)?.name ?? '',
    canGetAnotherSms: dialect === 'classic' ? '1' : true,
    currency: Number(order.currency),
  };
  // All three are in use: every code and the last text, the last of both as words, and lists of both.
  if (dialect === 'classic') return { ...common, smsCode: codes.length === 0 ? null : codes, smsText: texts.at(-1) ?? null };
  if (dialect === 'herosms') return { ...common, smsCode: codes.at(-1) ?? null, smsText: texts.at(-1) ?? null };
  return { ...common, smsCode: codes, smsText: texts };
}

/** getHistory: rows by the time of purchase, newest first. */
export function getHistory(context: HandlerContext, request: ProtocolRequest, now: number): Reply {
  const { dialect } = context;
  const from = Number(request.params.get('start') ?? 0) * 1_000;
  // Asked and answered by the provider's own clock.
  const skew = context.settings().clockSkewMs;
  const to = request.params.has('end') ? Number(request.params.get('end')) * 1_000 : now + skew;
  if (!Number.isFinite(from) || !Number.isFinite(to) || from > to) return errorReply(dialect, 'getHistory', { code: 'WRONG_DATE' });
  const { start, limit } = bounds(request, 'offset', 50);
  const rows = [...context.books.orders.values()]
    .filter((order) => order.boughtAt + skew >= from && order.boughtAt + skew <= to)
    .toReversed();
  return jsonReply(
    rows.slice(start, start + limit).map((order) => {
      const shown = visibleSms(order, now);
      return {
        id: dialect === 'herosms' ? order.id : String(order.id),
        date: stamp(dialect, order.boughtAt, context.settings()),
        phone: order.phone,
        sms: shown.at(-1)?.text ?? null,
        cost: cost(dialect, order.price),
        status: statusNumber(order, shown.length),
        currency: Number(order.currency),
      };
    }),
  );
}
