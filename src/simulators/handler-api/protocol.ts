import type { ProtocolDeps } from '../kernel.js';
import { asNumber, jsonReply, textReply } from '../protocol.js';
import type { Protocol, ProtocolRequest, Reply } from '../protocol.js';
import { createContext } from './context.js';
import type { HandlerContext } from './context.js';
import { HOOK_PAUSES_MS, KEYLESS, MISSING } from './dialect.js';
import type { Dialect } from './dialect.js';
import { checkExtraActivation, getAdditionalService, getExtraActivation, getIncomingCallStatus, parseCall } from './further-actions.js';
import { getActiveActivations, getHistory } from './lists.js';
import { getCountries, getNumbersStatus, getOperators, getPrices, getServicesList, getTopCountries } from './offers.js';
import { buy, buyMany } from './purchases.js';
import { getAllSms, getFullSms, getStatus, getStatusV2, setStatus } from './statuses.js';
import { errorReply, stamp } from './wording.js';

type Action = (context: HandlerContext, request: ProtocolRequest, now: number) => Reply;

const ACTIONS: Readonly<Record<string, Action>> = {
  getBalance: balance,
  // The same amount: cashback is not simulated apart, because nobody may count on it.
  getBalanceAndCashBack: balance,
  getNumber: (context, request, now) => buy(context, 'getNumber', request, now),
  getNumberV2: (context, request, now) => buy(context, 'getNumberV2', request, now),
  getMultiServiceNumber: buyMany,
  setStatus: (context, request, now) => setStatus(context, 'setStatus', request, now),
  setStatusV2: (context, request, now) => setStatus(context, 'setStatusV2', request, now),
  finishActivation: (context, request, now) => setStatus(context, 'finishActivation', request, now),
  cancelActivation: (context, request, now) => setStatus(context, 'cancelActivation', request, now),
  getStatus,
  getStatusV2,
  getFullSms,
  getAllSms,
  getActiveActivations,
  getHistory,
  getPrices: (context, request) => getPrices(context, 'getPrices', request),
  getPricesExtended: (context, request) => getPrices(context, 'getPricesExtended', request),
  getPricesVerification: (context, request) => getPrices(context, 'getPricesVerification', request),
  getPricesV2: (context, request) => getPrices(context, 'getPricesV2', request),
  getFreePrices: (context, request) => getPrices(context, 'getFreePrices', request),
  getPricesV3: (context, request) => getPrices(context, 'getPricesV3', request),
  getNumbersStatus,
  getTopCountriesByService: getTopCountries,
  getTopCountriesByServiceRank: getTopCountries,
  getListOfTopCountriesByService: getTopCountries,
  getCountries,
  getServicesList,
  getOperators,
  getAdditionalService,
  checkExtraActivation,
  getExtraActivation,
  getIncomingCallStatus,
  parseCall,
};

function balance(context: HandlerContext, request: ProtocolRequest, now: number): Reply {
  const shown = asNumber(context.trade.shownBalance(now));
  if (context.dialect === 'hybrid' && request.params.get('format') === 'json')
    return jsonReply({ balance: shown.toFixed(4), currency: 840 });
  return textReply(`ACCESS_BALANCE:${Number.isInteger(shown * 100) ? shown.toFixed(2) : shown}`);
}

/** A server of handler_api.php in one dialect. */
export function createHandlerProtocol(deps: ProtocolDeps, dialect: Dialect): Protocol {
  const context = createContext(deps, dialect);
  const badKey = (action: string): Reply => {
    if (dialect === 'hybrid') return textReply('BAD_KEY', 401);
    return errorReply(dialect, action, { code: 'BAD_KEY' });
  };
  return {
    actionOf: (request) => (request.path.endsWith('/handler_api.php') ? (request.params.get('action') ?? '') : request.path),
    isPurchase: (action) => action === 'getNumber' || action === 'getNumberV2' || action === 'getMultiServiceNumber',
    badKey,
    rateLimited: (status) =>
      dialect === 'herosms' && status === 429 ? errorReply(dialect, '', { code: 'RATE_LIMIT' }) : textReply('Too Many Requests', status),
    serverError: (action) => errorReply(dialect, action, { code: dialect === 'herosms' ? 'SERVER_ERROR' : 'ERROR_SQL' }),
    hookPausesMs: HOOK_PAUSES_MS[dialect],
    handle(request, now) {
      if (!request.path.endsWith('/handler_api.php')) return textReply('<html><body><h1>404 Not Found</h1></body></html>', 404);
      const action = request.params.get('action') ?? '';
      const key = request.params.get('api_key');
      if (!KEYLESS[dialect].has(action)) {
        if (key === null || key === '') {
          if (dialect === 'classic') return textReply('NO_KEY');
          if (dialect === 'hybrid') return badKey(action);
          return errorReply(dialect, action, { code: 'UNPROCESSABLE_ENTITY', info: { field: 'api_key', code: 'REQUIRED', message: '' } });
        }
        if (key !== deps.apiKey) return badKey(action);
      }
      const run = MISSING[dialect].has(action) || deps.settings().missingActions.includes(action) ? undefined : ACTIONS[action];
      return run === undefined ? errorReply(dialect, 'getNumber', { code: 'BAD_ACTION' }) : run(context, request, now);
    },
    hookBody(order, sms, { number, code, shownAt }) {
      const common = {
        activationId: order.id,
        service: context.serviceCode(order.service),
        text: sms.text,
        code,
        country: Number(context.countryId(order.country)),
      };
      if (dialect !== 'herosms') return { ...common, receivedAt: stamp(dialect, sms.at, deps.settings()) };
      return { ...common, id: order.id * 1_000 + number, phoneFrom: sms.sender, receivedAt: new Date(shownAt).toISOString() };
    },
  };
}
