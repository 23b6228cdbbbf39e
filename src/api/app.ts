import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import Koa from 'koa';
import { DomainError } from '../domain/errors.js';
import { carrierHookPath, hookPath } from '../domain/names.js';
import { createArrivals, logAccess, refuseDoubledHeaders } from './access-log.js';
import { createAudit } from './audit.js';
import { operatorAccountRoutes } from './routes/operator-accounts.js';
import { operatorFraudRoutes } from './routes/operator-fraud.js';
import { operatorAlertRoutes } from './routes/operator-alerts.js';
import { operatorActionRoutes } from './routes/operator-actions.js';
import { operatorPrivacyRoutes } from './routes/operator-privacy.js';
import { operatorCarrierRoutes } from './routes/operator-carriers.js';
import { operatorMarkupRoutes } from './routes/operator-markups.js';
import { operatorForeignOrderRoutes } from './routes/operator-foreign-orders.js';
import { operatorPriceRoutes } from './routes/operator-prices.js';
import { operatorKeyRoutes } from './routes/operator-keys.js';
import { payForLateSms } from './late-sms.js';
import { createActivationReader } from './activation-reader.js';
import { createChangeHub } from './change-hub.js';
import { DEFAULT_LIMITS, type ApiDeps } from './deps.js';
import { createDoors } from './doors.js';
import { createEndpointCount } from './endpoint-count.js';
import { readFigures } from './figures.js';
import { catchFailures, refuseMalformed } from './failures.js';
import type { RequestState } from './guard.js';
import { holdMatrix } from './live-matrix.js';
import { describeRoutes } from './openapi.js';
import { readMessageFigures } from './message-figures.js';
import { createMessageReader } from './message-reader.js';
import { createPassage } from './passage.js';
import { createFailureCount, createRateLimits } from './rate-limit.js';
import { createReadiness } from './readiness.js';
import { readVerificationFigures } from './verification-figures.js';
import type { AnyRoute } from './route.js';
import { createRouter } from './router.js';
import { createMatrixShortcut } from './matrix-shortcut.js';
import { securityHeaders } from './security-headers.js';
import { accountRoutes } from './routes/account.js';
import { activationItemRoutes } from './routes/activation.js';
import { activationRoutes } from './routes/activations.js';
import { catalogueRoutes } from './routes/catalogue.js';
import { codeCountryRoutes } from './routes/code-countries.js';
import { codecRoutes } from './routes/codec.js';
import { documentRoutes } from './routes/documents.js';
import { eventRoutes } from './routes/events.js';
import { healthRoutes } from './routes/health.js';
import { carrierHookRoutes } from './routes/carrier-hooks.js';
import { messageBatchRoutes } from './routes/message-batches.js';
import { messageReportRoutes } from './routes/message-reports.js';
import { phoneCodeRoutes } from './routes/phone-codes.js';
import { verificationTimelineRoutes } from './routes/verification-timeline.js';
import { verificationRoutes } from './routes/verifications.js';
import type { VerificationDeps } from './start-verification.js';
import { createTurns } from './turns.js';
import { createVerificationReader } from './verification-reader.js';
import { messageTimelineRoutes } from './routes/message-timeline.js';
import { messageRoutes } from './routes/messages.js';
import { metricsRoutes } from './routes/metrics.js';
import { hookRoutes } from './routes/hooks.js';
import { operatorProviderRoutes } from './routes/operator-providers.js';
import { operatorRefundRoutes } from './routes/operator-refunds.js';
import { signInRoutes } from './routes/operator-sign-in.js';
import { priceRoutes } from './routes/prices.js';
import { timelineRoutes } from './routes/timeline.js';
import { verificationTemplateRoutes } from './routes/verification-templates.js';
import { verificationReportRoutes } from './routes/verification-reports.js';

/** A running API; see {@link createApi}. */
export interface Api {
  /** For `http.createServer`. */
  readonly handler: (request: IncomingMessage, response: ServerResponse) => void;
  /** For the server's `clientError` event: answers what Node could not parse. */
  readonly onClientError: (error: Error, socket: Duplex) => void;
  /** The declared routes, for whoever wants to walk them. */
  readonly routes: readonly AnyRoute[];
  /** Ends what waits (long polls, streams) and the subscriptions. Close the HTTP server's listening socket first. */
  close(): Promise<void>;
}

/** How long answers that were under way may take when the API closes. */
const DRAIN_MS = 5_000;

/** Under which Temporal's Web UI is served; its own server must be told the same path. */
export const TEMPORAL_UI_PATH = '/temporal';

/** Version of the wire, as the OpenAPI document names it. */
const VERSION = '1.0.0';

/**
 * Builds the API. Connects two subscriptions to Postgres (changes, prices) and reads the first price matrix, if there is one.
 *
 * @throws TypeError if a route does not declare its door or its answers; the database's error if it cannot be reached.
 */
export async function createApi(deps: ApiDeps): Promise<Api> {
  const { database, settings, log, commands } = deps;
  const limits = { ...DEFAULT_LIMITS, ...settings.limits };
  const live = new Set<AbortController>();
  const changes = await createChangeHub(database);
  const matrix = await holdMatrix(database, log);
  const reader = createActivationReader(database, deps.keyring);
  const messages = createMessageReader(database, deps.keyring);
  const { clock } = deps;
  // Of messages the markup is by country, whatever service they are for.
  const markupOf = (country: string) => settings.markupFor('', country);
  const current = () => matrix.current();
  const verifying: VerificationDeps = {
    database,
    reader: createVerificationReader(database, deps.keyring, settings.currency),
    commands: deps.verificationCommands,
    gate: deps.gate,
    hashes: deps.verifyHashes,
    turns: createTurns(),
    ids: deps.ids,
    settings: settings.verify,
  };
  const ready = createReadiness(
    [
      { name: 'postgres', check: async () => ((await database.row('SELECT 1')) === null ? 'answers nothing' : null) },
      ...deps.readiness,
      { name: 'prices', check: () => Promise.resolve(current() === null ? 'the first price matrix has not been built yet' : null) },
    ],
    (name, error) => log.warn({ check: name, error: String(error).slice(0, 300) }, 'a readiness check failed'),
  );

  const declared: AnyRoute[] = [
    ...activationRoutes({ reader, commands, settings, clock, startWaitMs: settings.startWaitMs }),
    ...activationItemRoutes({
      reader,
      commands,
      changes,
      payForLateSms: (accountId, activationId) => payForLateSms(deps.database, accountId, activationId),
    }),
    ...timelineRoutes({ database, commands, currency: settings.currency }),
    ...eventRoutes({ reader, changes, limits }),
    ...priceRoutes({ database, settings, posterior: deps.posterior, clock, matrix: current }),
    ...catalogueRoutes({ settings, matrix: current }),
    ...accountRoutes({ database, currency: settings.currency }),
    ...hookRoutes({ database, keyring: deps.keyring, readHook: deps.readHook, log }),
    ...messageRoutes({
      database,
      currency: settings.currency,
      markupOf,
      reader: messages,
      commands: deps.messageCommands,
      clock,
      deniedCountries: settings.denied.countries,
    }),
    ...messageBatchRoutes({
      database,
      keyring: deps.keyring,
      currency: settings.currency,
      markupOf,
      commands: deps.messageCommands,
      clock,
      deniedCountries: settings.denied.countries,
    }),
    ...carrierHookRoutes({
      database,
      commands: deps.messageCommands,
      clock,
      publicUrl: settings.publicUrl,
      readHook: deps.readCarrierHook,
      log,
    }),
    // Before those that take any word there as a verification's id.
    ...codeCountryRoutes({
      countries: settings.countries,
      isAllowed: (country) => !settings.denied.countries.has(country) && (settings.codeCountries?.has(country) ?? true),
    }),
    ...verificationRoutes(verifying),
    ...phoneCodeRoutes(verifying),
    ...verificationTimelineRoutes({ database, currency: settings.currency }),
    ...messageTimelineRoutes({ database, currency: settings.currency }),
    ...messageReportRoutes({ database, currency: settings.currency, clock }),
    ...verificationTemplateRoutes({ database, clock }),
    ...verificationReportRoutes({ database, currency: settings.currency, clock }),
    ...operatorCarrierRoutes({
      database,
      hookUrl: (id) => {
        const token = settings.carrierTokens.get(id);
        return token === undefined ? null : `${settings.publicUrl ?? ''}${carrierHookPath(id, token)}`;
      },
    }),
    ...operatorProviderRoutes({
      database,
      hookUrl: (id) => {
        const token = settings.hookTokens.get(id);
        return token === undefined ? null : `${settings.publicUrl ?? ''}${hookPath(id, token)}`;
      },
    }),
    ...operatorAccountRoutes({ database, currency: settings.currency, ids: deps.ids }),
    ...operatorKeyRoutes({ database, clock, ids: deps.ids }),
    ...operatorActionRoutes({ database }),
    ...signInRoutes({
      database,
      clock,
      countFailure: createFailureCount(database),
      temporalUi: settings.temporalUiUrl === null ? null : `${TEMPORAL_UI_PATH}/`,
    }),
    ...codecRoutes({ codec: deps.codec, origins: settings.codecOrigins }),
    ...operatorForeignOrderRoutes({ database }),
    ...operatorPriceRoutes({ refreshPrices: deps.refreshPrices, builtAt: () => current()?.blob.builtAt ?? null }),
    ...operatorMarkupRoutes({ database, settings }),
    ...operatorPrivacyRoutes({ database, reader, messages, verifications: verifying.reader, currency: settings.currency, clock }),
    ...operatorAlertRoutes({ database }),
    ...operatorFraudRoutes({ database, clock }),
    ...operatorRefundRoutes({ database, walletCurrency: settings.currency }),
    ...healthRoutes({ ready }),
    ...metricsRoutes({
      expose: async () =>
        deps.metrics.expose([
          ...(await readFigures(database, clock(), settings.lowBalances)),
          ...(await readMessageFigures(database)),
          ...(await readVerificationFigures(database, clock(), settings.verificationBounds)),
        ]),
    }),
  ];
  const documented = declared.filter(({ page }) => page !== true);
  const routes = [...declared, ...documentRoutes((all) => describeRoutes(all, VERSION), documented)];

  const app = new Koa<RequestState>();
  app.silent = true;
  app.on('error', (error: Error) => {
    // A client that goes away in the middle of an answer is no failure of ours.
    if (!('code' in error) || (error.code !== 'EPIPE' && error.code !== 'ECONNRESET' && error.code !== 'ERR_STREAM_PREMATURE_CLOSE')) {
      log.error({ error: error.name, message: error.message.slice(0, 300) }, 'an answer broke off');
    }
  });
  const doors = createDoors({ database, clock, hookTokens: settings.hookTokens, carrierTokens: settings.carrierTokens });
  const router = createRouter(routes, {
    doors,
    count: createRateLimits(database, limits, log),
    audit: createAudit(database),
    log,
    strictAnswers: settings.strictAnswers,
    live,
  });
  const endpoints = createEndpointCount(database, clock, log);
  const arrivals = createArrivals(log, deps.ids, deps.metrics, (answer) => endpoints.note(answer));
  const fixed = await securityHeaders();
  app.use(logAccess(arrivals, deps.traces));
  app.use(catchFailures(log));
  app.use((ctx, next) => {
    ctx.set(fixed);
    return next();
  });
  app.use(refuseDoubledHeaders());
  if (settings.temporalUiUrl !== null) {
    app.use(createPassage({ prefix: TEMPORAL_UI_PATH, target: settings.temporalUiUrl, door: doors.operator, database, log }));
  }
  app.use(router.routes() as unknown as Koa.Middleware<RequestState>);
  app.use((ctx) => {
    const layers = (ctx as unknown as { matched?: readonly { methods: readonly string[] }[] }).matched ?? [];
    const allowed = [...new Set(layers.flatMap((layer) => layer.methods))];
    if (allowed.length === 0) throw new DomainError('not_found', 'There is nothing at this address.');
    ctx.set('Allow', [...allowed, 'OPTIONS'].join(', '));
    if (ctx.method !== 'OPTIONS')
      throw new DomainError('method_not_allowed', `This address takes ${allowed.join(', ')}.`, { allow: allowed });
    ctx.status = 204;
  });

  const callback = app.callback();
  const shortcut = createMatrixShortcut({ matrix: current, clock, arrivals, securityHeaders: fixed });
  return {
    handler: (request, response) => {
      // Koa settles its promise itself: whatever fails has become an answer.
      if (!shortcut(request, response)) void callback(request, response);
    },
    onClientError: (error, socket) => refuseMalformed(deps.ids, error, socket),
    routes,
    async close() {
      for (const life of live) life.abort();
      const deadline = performance.now() + DRAIN_MS;
      // What waited reads its row once more and answers; the pool must stay open for it.
      while (live.size > 0 && performance.now() < deadline) await setTimeout(20);
      await Promise.all([changes.close(), matrix.close(), endpoints.close()]);
    },
  };
}
