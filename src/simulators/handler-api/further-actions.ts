import { jsonReply, textReply } from '../protocol.js';
import type { ProtocolRequest, Reply } from '../protocol.js';
import type { HandlerContext } from './context.js';
import { cost, errorReply } from './wording.js';

/** checkExtraActivation: what a further activation of a finished order's number would cost. */
export function checkExtraActivation(context: HandlerContext, request: ProtocolRequest): Reply {
  const order = context.orderOf(request);
  if (typeof order === 'string') return jsonReply({ status: 'error', msg: 'Wrong activation', error: 'WRONG_ACTIVATION_ID' });
  if (order.status !== 'finished') return jsonReply({ status: 'error', msg: 'Not available', error: 'RENEW_ACTIVATION_NOT_AVAILABLE' });
  return jsonReply({
    status: 'success',
    cost: cost(context.dialect, order.price),
    service: context.serviceCode(order.service),
    phone: Number(order.phone),
    country: Number(context.countryId(order.country)),
  });
}

/** getExtraActivation: a new activation; the simulated SIM is always offline by then. */
export function getExtraActivation(context: HandlerContext, request: ProtocolRequest): Reply {
  const order = context.orderOf(request);
  if (typeof order === 'string') return jsonReply({ status: 'error', msg: 'Wrong activation', error: 'WRONG_ACTIVATION_ID' });
  if (order.status !== 'finished') return textReply('NEW_ACTIVATION_IMPOSSIBLE');
  return jsonReply({ status: 'error', msg: 'The SIM is offline', error: 'SIM_OFFLINE' });
}

/** getAdditionalService: a second service on an order's number, which no simulated number takes. */
export function getAdditionalService(context: HandlerContext, request: ProtocolRequest): Reply {
  const order = context.orderOf(request);
  if (typeof order === 'string') return errorReply(context.dialect, 'getAdditionalService', { code: 'WRONG_SECURITY' });
  const service = context.serviceOf(request.params.get('service'));
  const code = service === order.service ? 'REPEAT_ADDITIONAL_SERVICE' : 'WRONG_ADDITIONAL_SERVICE';
  return errorReply(context.dialect, 'getAdditionalService', { code });
}

/** getIncomingCallStatus: no simulated number is called. */
export function getIncomingCallStatus(context: HandlerContext, request: ProtocolRequest): Reply {
  const order = context.orderOf(request);
  if (typeof order === 'string') return errorReply(context.dialect, 'getIncomingCallStatus', { code: 'NO_ACTIVATION', title: 'NOT_FOUND' });
  return jsonReply({ status: order.status === 'open' ? '2' : '5', phone: order.phone });
}

export function parseCall(context: HandlerContext, request: ProtocolRequest): Reply {
  const order = context.orderOf(request);
  if (typeof order === 'string') return errorReply(context.dialect, 'parseCall', { code: 'NO_ACTIVATION', title: 'NOT_FOUND' });
  return textReply('NO_CALL');
}
