import { parseMoney } from '../../domain/money.js';
import type { SimOrder } from '../order.js';
import { asNumber, jsonReply, textReply } from '../protocol.js';
import type { ProtocolRequest, Reply } from '../protocol.js';
import { getCountryCallingCode, isSupportedCountry } from 'libphonenumber-js';
import { OPERATORS } from './dialect.js';
import { cost, errorReply, stamp } from './wording.js';
import type { HandlerContext } from './context.js';

/** getNumber and getNumberV2. */
export function buy(context: HandlerContext, action: 'getNumber' | 'getNumberV2', request: ProtocolRequest, now: number): Reply {
  const { dialect, trade, traps, settings } = context;
  const refuse = (code: string, more: object = {}): Reply => errorReply(dialect, action, { code, ...more });
  const service = context.serviceOf(request.params.get('service'));
  const country = context.countryOf(request.params.get('country') ?? '0');
  if (service === null || country === null) return badService(context, action, service === null ? 'service' : 'country');
  const maxPrice = ceiling(request.params.get('maxPrice'));
  if (maxPrice === 'bad') return dialect === 'herosms' ? invalid(context, action, 'maxPrice') : refuse('BAD_MAX_PRICE');

  if (traps.spring('account_inactive') !== null) return refuse('ACCOUNT_INACTIVE');
  const banned = traps.spring('banned');
  if (banned !== null) {
    const until = now + banned.number('durationMs');
    const seconds = Math.ceil(banned.number('durationMs') / 1_000);
    const shown = new Date(until + settings().clockSkewMs).toISOString();
    const classic = `'${shown.slice(0, 10)} ${shown.slice(11, 19).replaceAll(':', '-')}'`;
    return refuse('BANNED', {
      rest: classic,
      info: { scope: banned.text('scope'), banned_until: shown, retry_after_seconds: seconds, readable_date: shown },
    });
  }
  if (traps.spring('channels_limit') !== null) return refuse('CHANNELS_LIMIT', { info: { current_threads: 10, max_allowed: 10 } });
  if (traps.spring('unknown_answer') !== null) return refuse('SOMETHING_NEW');

  const wanted = (request.params.get('operator') ?? '').split(',').filter((word) => word !== '' && word !== 'any');
  // Tiger accepts an operator and ignores it.
  const choice = OPERATORS[country] ?? [];
  const operators = dialect === 'hybrid' ? [] : wanted;
  if (operators.length > 0 && !operators.some((word) => choice.includes(word))) return noNumbers(context, action);
  const [operatorShown = 'any'] = operators;
  // HeroSMS 3.2 has no orderId; it is ignored there.
  const reference = dialect === 'herosms' || action === 'getNumber' ? null : request.params.get('orderId');
  const bought = trade.buy({ service, country, operators: [], operatorShown, maxPrice, reference }, now);
  switch (bought.kind) {
    case 'bought':
      context.bought(bought.order.id);
      return action === 'getNumber' ? textReply(`ACCESS_NUMBER:${bought.order.id}:${bought.order.phone}`) : numberV2(context, bought.order);
    case 'no_numbers':
      return noNumbers(context, action);
    case 'no_balance':
      return refuse('NO_BALANCE');
    case 'wrong_max_price':
      return refuse('WRONG_MAX_PRICE', { rest: String(asNumber(bought.min)), info: { min: asNumber(bought.min) } });
    case 'order_already_exists':
      return refuse('ORDER_ALREADY_EXISTS');
  }
}

/** Out of stock is 200 in every dialect, and a bare token but for Tiger's V2 (provider notes 3.1, 3.4). */
function noNumbers({ dialect }: HandlerContext, action: string): Reply {
  return dialect === 'hybrid' && action === 'getNumberV2'
    ? jsonReply({ title: 'NO_NUMBERS', details: 'No numbers available' })
    : textReply('NO_NUMBERS');
}

function badService(context: HandlerContext, action: string, field: 'service' | 'country'): Reply {
  const { dialect } = context;
  if (dialect === 'herosms')
    return action === 'getNumber' ? textReply(`UNPROCESSABLE_ENTITY:${field}:INVALID`) : invalid(context, action, field);
  const code = field === 'service' ? 'BAD_SERVICE' : 'BAD_COUNTRY';
  return errorReply(dialect, action, { code, details: 'This service/country combination is not available' });
}

/** HeroSMS's validation error. */
export function invalid({ dialect }: HandlerContext, action: string, field: string, code: 'REQUIRED' | 'INVALID' = 'INVALID'): Reply {
  return errorReply(dialect, action, { code: 'UNPROCESSABLE_ENTITY', rest: `${field}:${code}`, info: { field, code, message: '' } });
}

function numberV2(context: HandlerContext, order: SimOrder): Reply {
  const { dialect } = context;
  const settings = context.settings();
  const common = {
    activationId: dialect === 'herosms' ? String(order.id) : order.id,
    phoneNumber: order.phone,
    activationCost: cost(dialect, order.price),
    currency: Number(order.currency),
    countryCode: context.countryId(order.country),
    activationTime: stamp(dialect, order.boughtAt, settings),
    activationOperator: order.operator,
  };
  if (dialect === 'classic') return jsonReply({ ...common, canGetAnotherSms: '1' }, 200, 'text/html; charset=UTF-8');
  const phoneCode = isSupportedCountry(order.country) ? getCountryCallingCode(order.country) : '';
  const extended = { ...common, countryPhoneCode: Number(phoneCode), activationEndTime: stamp(dialect, order.expiresAt, settings) };
  if (dialect === 'hybrid') return jsonReply({ ...extended, canGetAnotherSms: 1 });
  return jsonReply(
    {
      ...extended,
      canGetAnotherSms: true,
      verificationType: 'sms',
      subtype: 1,
      serviceCode: context.serviceCode(order.service),
      status: 4,
    },
    200,
    'text/html; charset=UTF-8',
  );
}

function ceiling(text: string | null): number | null | 'bad' {
  if (text === null || text === '') return null;
  try {
    return Number(parseMoney(text));
  } catch {
    return 'bad';
  }
}

/** getMultiServiceNumber: one purchase a service, as a list. */
export function buyMany(context: HandlerContext, request: ProtocolRequest, now: number): Reply {
  const country = context.countryOf(request.params.get('country') ?? '0');
  const services = (request.params.get('multiService') ?? '').split(',').map((code) => context.serviceOf(code));
  if (country === null || services.length === 0 || services.includes(null)) return badService(context, 'getMultiServiceNumber', 'service');
  const bought: SimOrder[] = [];
  for (const service of services) {
    const one = context.trade.buy({ service: service!, country, operators: [], operatorShown: 'any', maxPrice: null }, now);
    if (one.kind === 'bought') bought.push(one.order);
  }
  if (bought.length === 0) return noNumbers(context, 'getMultiServiceNumber');
  return jsonReply(bought.map((order) => ({ phone: order.phone, activation: order.id, service: context.serviceCode(order.service) })));
}
